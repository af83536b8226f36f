"""Write what all checks find as SARIF into build/sarif/, which GitHub shows at the lines of a pull request.

Whether anything was found is not its business, `make check` says that; it fails only when a file could not be written.
What `make check` has judged clean before is not judged again.
"""

import argparse
import contextlib
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from scripts.checks.access_files import Unreadable
from scripts.checks.all_problems import PARTS
from scripts.checks.clean_memory import CleanMemory
from scripts.checks.guard_answers import CfnGuardFailed
from scripts.checks.guard_binary import CfnGuardMissing
from scripts.checks.policy_inputs import CannotJudge
from scripts.checks.static_checks import CHECKS, TEMPLATES
from scripts.entry import start
from scripts.files import write_atomically
from scripts.folders import no_service_yet
from scripts.rule_families import all_rules
from scripts.text.sarif_log import run, sarif

CFN_LINT = str(Path(sys.executable).parent / "cfn-lint")
LEVELS = {"Error": "error", "Warning": "warning", "Informational": "note"}


def lint_to_sarif(output: str) -> dict[str, Any]:
    """cfn-lint's JSON as a run of SARIF; its own SARIF needs packages that nobody keeps up. Raises ValueError or KeyError."""
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
    return {"tool": {"driver": driver}, "results": [*map(_result, matches)]}


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
    memory = CleanMemory()
    done = [_write("cfn-lint", partial(_lint, memory), options.out)]
    done += [_write(name, partial(_run, name, memory), options.out) for name in PARTS]
    return 0 if all(done) else 1


def _unknown(name: str, memory: CleanMemory) -> list[str] | None:
    """The files that `make check` has not judged clean as they are; None where it has judged all of them so.

    Empty where there are none: a judge then says itself what it makes of that.
    """
    check = next(check for check in CHECKS if check.name == name)
    files = check.judged() or []
    unknown = memory.unknown(check, files, memory.keys(check, files))
    return unknown if unknown or (not files and not no_service_yet()) else None


def _run(name: str, memory: CleanMemory) -> dict[str, Any]:
    files = _unknown(name, memory)
    return run(name, [] if files is None else PARTS[name](files), all_rules())


def _lint(memory: CleanMemory) -> dict[str, Any]:
    files = _unknown("cfn-lint", memory)
    if files is None:
        return lint_to_sarif("[]")
    command = (CFN_LINT, "-c", "I", "--format", "json", "-t", *(files or [TEMPLATES]))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    # cfn-lint's exit code has a bit for each severity that it found; from 32 on it could not do its work.
    if done.returncode < 32:
        with contextlib.suppress(ValueError, KeyError, TypeError):
            return lint_to_sarif(done.stdout)
    raise CannotJudge((done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()[-1])


def _write(name: str, judge: Callable[[], dict[str, Any]], out: Path) -> bool:
    try:
        found = judge()
    except (CannotJudge, CfnGuardMissing, CfnGuardFailed, Unreadable) as problem:
        reason = str(problem).splitlines()[-1]
        print(f"{name} could not judge: {reason}. Run `make check` and mend what it says.", file=sys.stderr)
        return False
    write_atomically(out / f"{name}.sarif", json.dumps(sarif(found), indent=1) + "\n")
    number = len(found["results"])
    print(f"{name}: {number} {'result' if number == 1 else 'results'} in {out / f'{name}.sarif'}")
    return True


if __name__ == "__main__":
    start(main)
