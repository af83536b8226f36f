"""Run every static check of the repository, side by side, and show what each one found."""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

PYTHON = sys.executable
BIN = Path(PYTHON).parent


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what it looks at, and the command, which exits 0 when all is well."""

    name: str
    what: str
    command: tuple[str, ...]


CHECKS = (
    Check("cfn-lint", "templates are valid CloudFormation", (str(BIN / "cfn-lint"), "-c", "I", "-t", "generated/*/*/templates/**/*.yaml")),
    Check("policies", "templates keep the policies, and the policies their tests", (PYTHON, "-m", "scripts.check_policies", "--control-tower")),
    Check("contracts", "contracts can be used", (PYTHON, "-m", "scripts.check_contract")),
    Check("generated", "generated files are those of the contracts", (PYTHON, "-m", "scripts.generate", "--check")),
    Check("alarms", "alarms and dashboards watch metrics that exist", (PYTHON, "-m", "scripts.check_alarms")),
    Check("access", "IAM policies for applications give nothing too much", (PYTHON, "-m", "scripts.access.check")),
    Check("ruff", "Python code has no known fault", (str(BIN / "ruff"), "check", "--quiet")),
    Check("format", "Python code is formatted", (str(BIN / "ruff"), "format", "--check", "--quiet")),
    Check("hooks", "the pre-commit configuration is valid", (str(BIN / "pre-commit"), "validate-config")),
)  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; 0 if every check passed, else 1. All of them run, whatever the others find."""
    parser = argparse.ArgumentParser(prog="python -m scripts.check", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these: {', '.join(c.name for c in CHECKS)}")
    options = parser.parse_args(argv)
    unknown = set(options.names) - {check.name for check in CHECKS}
    if unknown:
        parser.error(f"no such check: {', '.join(sorted(unknown))}")
    chosen = [check for check in CHECKS if not options.names or check.name in options.names]
    width = max(len(check.name) for check in chosen)
    failed = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for check, (code, output, seconds) in zip(chosen, pool.map(_run, chosen), strict=True):
            mark = "ok" if code == 0 else "FAILED"
            print(f"{mark:6}  {check.name:{width}}  {seconds:5.1f} s  {check.what}", flush=True)
            if code != 0:
                failed.append(check.name)
                print("\n" + output.rstrip() + "\n", flush=True)
    if failed:
        print(f"{len(failed)} of {len(chosen)} checks failed: {', '.join(failed)}")
        return 1
    print(f"All {len(chosen)} checks passed.")
    return 0


def _run(check: Check) -> tuple[int, str, float]:
    start = time.monotonic()
    done = subprocess.run(check.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, done.stdout, time.monotonic() - start


if __name__ == "__main__":
    raise SystemExit(main())
