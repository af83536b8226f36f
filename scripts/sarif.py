"""Write what cfn-lint and the policies find as SARIF into build/sarif/, which GitHub shows at the lines of a pull request.

Whether anything was found is not its business, `make check` says that; it fails only when a file could not be written.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from scripts.files import write_atomically

CFN_LINT = str(Path(sys.executable).parent / "cfn-lint")
TEMPLATES = "generated/*/*/templates/**/*.yaml"
LEVELS = {"Error": "error", "Warning": "warning", "Informational": "note"}
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def lint_to_sarif(output: str) -> dict[str, Any]:
    """cfn-lint's JSON as SARIF 2.1.0; its own SARIF needs packages that nobody keeps up. Raises ValueError or KeyError."""
    matches = json.loads(output)
    rules = {match["Rule"]["Id"]: match["Rule"] for match in matches}
    driver = {
        "name": "cfn-lint",
        "informationUri": "https://github.com/aws-cloudformation/cfn-lint",
        "rules": [
            {
                "id": id,
                "shortDescription": {"text": rule["ShortDescription"]},
                "help": {"text": rule["Source"] or rule["Id"]},
            }
            for id, rule in sorted(rules.items())
        ],
    }
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": [*map(_result, matches)]}],
    }


def _result(match: dict[str, Any]) -> dict[str, Any]:
    start = match["Location"]["Start"]
    region = {"startLine": max(start["LineNumber"], 1), "startColumn": max(start["ColumnNumber"], 1)}
    place = {"artifactLocation": {"uri": Path(match["Filename"]).as_posix()}, "region": region}
    return {
        "ruleId": match["Rule"]["Id"],
        "level": LEVELS[match["Level"]],
        "message": {"text": match["Message"]},
        "locations": [{"physicalLocation": place}],
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.sarif",
        description=(__doc__ or "").split("\n")[0],
        epilog="Exit codes: 0 written, 1 not.",
    )
    parser.add_argument("--out", type=Path, default=Path("build/sarif"), metavar="DIR", help="default: build/sarif")
    options = parser.parse_args(argv)
    lint = (CFN_LINT, "-c", "I", "--format", "json", "-t", TEMPLATES)
    policies = (sys.executable, "-m", "scripts.checks.policies", "--format", "sarif")
    done = [
        # cfn-lint's exit code has a bit for each severity that it found; from 32 on it could not do its work.
        _write("cfn-lint", lint, range(32), lint_to_sarif, options.out),
        _write("policies", policies, (0, 1), json.loads, options.out),
    ]
    return 0 if all(done) else 1


def _write(
    name: str, command: Sequence[str], codes: Collection[int], convert: Callable[[str], dict[str, Any]], out: Path
) -> bool:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        made = convert(done.stdout) if done.returncode in codes else None
        number = sum(len(run["results"]) for run in made["runs"]) if made is not None else 0
    except (ValueError, KeyError, TypeError):
        made = None
    if made is None:
        lines = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()
        print(f"{name} could not judge: {lines[-1]}. Run `make check` and mend what it says.", file=sys.stderr)
        return False
    write_atomically(out / f"{name}.sarif", json.dumps(made, indent=1) + "\n")
    print(f"{name}: {number} {'result' if number == 1 else 'results'} in {out / f'{name}.sarif'}")
    return True


if __name__ == "__main__":
    raise SystemExit(main())
