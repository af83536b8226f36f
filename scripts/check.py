"""Run every static check of the repository, side by side, and show what each one found."""

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

PYTHON = sys.executable
BIN = Path(PYTHON).parent
Ended = tuple[int, str, float, float]  # exit code, what was said, began and ended, in seconds of one clock
CHUNK = 100  # templates for one process: cfn-lint takes a second to start, and then a tenth of one for each


TEMPLATES = "generated/*/*/templates/**/*.yaml"
TEMPLATE = re.compile(r"generated/[^/]+/[^/]+/templates/.+\.yaml")
POLICY = re.compile(r"generated/[^/]+/[^/]+/access/[^/]+\.json")
CONTRACT = re.compile(r"contracts/[^/]+/migrationContract\.json")


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what it looks at, and the command, which exits 0 when all is well.

    With `files`, a pattern, the command gets the names of the files in portions, so that every processor has some.
    With `judges`, it can look at single files: those of a commit that match.
    """

    name: str
    what: str
    command: tuple[str, ...]
    files: str = ""
    judges: re.Pattern[str] | None = None

    def commands(self, changed: Sequence[str] | None = None) -> list[tuple[tuple[str, ...], int]]:
        """The commands to run, each with the number of its files. `changed`: the only files to look at; None: all."""
        if changed is not None:
            found = [file for file in changed if self.judges and self.judges.fullmatch(file)]
        elif not self.files:
            return [(self.command, 0)]
        else:
            # Without any file it runs all the same, and says itself what it makes of that.
            found = sorted(map(str, Path().glob(self.files))) or [self.files]
        size = min(CHUNK, max(CHUNK // 4, -(-len(found) // (os.cpu_count() or 1))))
        parts = [found[start : start + size] for start in range(0, len(found), size)]
        return [((*self.command, *part), len(part)) for part in parts]


CHECKS = (
    Check("cfn-lint", "templates are valid CloudFormation", (str(BIN / "cfn-lint"), "-c", "I", "-t"), TEMPLATES, TEMPLATE),
    Check("roles", "the roles that deploy are valid CloudFormation", (str(BIN / "cfn-lint"), "-c", "I", "-t", "policies/roles.yaml")),
    Check("policies", "templates keep the policies, and the policies their tests", (PYTHON, "-m", "scripts.checks.policies", "--control-tower")),
    Check("generated", "generated files are those of the contracts", (PYTHON, "-m", "scripts.generate", "--check")),
    Check("contracts", "contracts can be used", (PYTHON, "-m", "scripts.check_contract"), judges=CONTRACT),
    Check("alarms", "alarms and dashboards watch metrics that exist", (PYTHON, "-m", "scripts.checks.alarms"), TEMPLATES, TEMPLATE),
    Check("access", "IAM policies for applications give nothing too much", (PYTHON, "-m", "scripts.checks.access_policies"), judges=POLICY),
    Check("ruff", "Python code has no known fault", (str(BIN / "ruff"), "check", "--quiet")),
    Check("format", "Python code is formatted", (str(BIN / "ruff"), "format", "--check", "--quiet")),
    Check("hooks", "the pre-commit configuration is valid", (str(BIN / "pre-commit"), "validate-config")),
    Check("workflows", "workflows and Dependabot's settings have the form that GitHub reads", (PYTHON, "-m", "scripts.checks.workflows")),
    Check("zizmor", "workflows give nothing away", (str(BIN / "zizmor"), "--offline", "--quiet", "--no-progress", ".github")),
)  # fmt: skip
# Of a commit. The policies' own tests, and all templates, are the business of the commit that changes a policy.
POLICIES = next(check for check in CHECKS if check.name == "policies")
OF_COMMIT = (
    *(check for check in CHECKS if check.judges),  # cfn-lint first: it takes longest
    replace(POLICIES, what="templates keep the policies", command=(*POLICIES.command, "--skip-tests"), judges=TEMPLATE),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; 0 if every check passed, else 1. All of them run, whatever the others find."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.check", description=__doc__, epilog="Exit codes: 0 all passed, 1 something failed."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these: {', '.join(c.name for c in CHECKS)}")
    parser.add_argument("--files", nargs="+", metavar="FILE", help="look at these files only, as a commit's hook does")
    options = parser.parse_args(argv)
    unknown = set(options.names) - {check.name for check in CHECKS}
    if unknown:
        parser.error(f"no such check: {', '.join(sorted(unknown))}")
    among = CHECKS if options.files is None else OF_COMMIT
    chosen = [
        (check, commands)
        for check in among
        if (not options.names or check.name in options.names) and (commands := check.commands(options.files))
    ]
    if not chosen:
        print("No check looks at these files.")
        return 0
    width = max(len(check.name) for check, _ in chosen)
    failed = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running = [
            (check, [(pool.submit(_run, command), count) for command, count in commands]) for check, commands in chosen
        ]
        for check, parts in running:
            ended = _ended(check, parts)
            bad = [output for code, output, *_ in ended if code != 0]
            seconds = max(part[3] for part in ended) - min(part[2] for part in ended)
            mark = "FAILED" if bad else "ok"
            print(f"{mark:6}  {check.name:{width}}  {seconds:5.1f} s  {check.what}", flush=True)
            if bad:
                failed.append(check.name)
                print("\n" + "\n".join(output.rstrip() for output in bad) + "\n", flush=True)
    if failed:
        print(f"{len(failed)} of {len(chosen)} checks failed: {', '.join(failed)}")
        return 1
    print(f"All {len(chosen)} checks passed.")
    return 0


def _ended(check: Check, parts: list[tuple[Future[Ended], int]]) -> list[Ended]:
    """The outcome of each part of a check, in their order. What takes several says how far it is."""
    done, total = 0, sum(count for _, count in parts)
    ended = []
    for part, count in parts:
        ended.append(part.result())
        done += count
        if len(parts) > (os.cpu_count() or 1):
            print(f"        {check.name}: {done:,} of {total:,} files", file=sys.stderr, flush=True)
    return ended


def _run(command: Sequence[str]) -> Ended:
    start = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, done.stdout, start, time.monotonic()


if __name__ == "__main__":
    raise SystemExit(main())
