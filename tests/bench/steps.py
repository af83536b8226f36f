"""What is measured at each size, in the order in which a team does it."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from scripts.local_aws import LocalAws
from tests.bench import contracts, workplace
from tests.bench.measure import CommandFailed, Measured, fastest, run, total
from tests.working_copy import git

PYTHON = sys.executable
BIN = Path(PYTHON).parent
HOOKS = (str(BIN / "pre-commit"), "run")
# The yardsticks: what any program costs that reads JSON and writes YAML, before it has done anything; and what a linter costs.
START = (PYTHON, "-c", "import json, yaml")
START_LINTER = (str(BIN / "cfn-lint"), "--version")
STEPS = ("generate", "check", "hooks", "aws")
Row = tuple[str, Measured]


def measure(root: Path, tables: int, services: int, steps: tuple[str, ...] = STEPS) -> Iterator[Row]:
    """Measure the steps in a new copy below `root`, each as soon as it is done: what it is called, and what it took."""
    copy = workplace.make(root / f"{tables}-{services}", tables, services)
    run(_python("generate"), copy)  # compiles the scripts, which is no part of any measure
    if "generate" in steps:
        yield "start Python, import json and yaml", fastest(lambda: run(START, copy))
        yield "generate, everything", fastest(lambda: _afresh(copy, root / "aside"))
        yield "generate, nothing changed", fastest(lambda: run(_python("generate"), copy))
        yield "generate --check --afresh", fastest(lambda: run(_python("generate", "--check", "--afresh"), copy))
    workplace.commit(copy)
    if "check" in steps:
        yield "check, everything", run(_python("check", *CHECKED), copy)
        yield "check, nothing changed", fastest(lambda: run(_python("check", *CHECKED), copy))
        yield f"check, {len(FAULTS)} faults planted one after the other", total(_planted(copy))
    if {"generate", "hooks", "check"} & {*steps}:
        contracts.change_one(copy)
        changed = run(_python("generate"), copy)
        if "generate" in steps:
            yield "generate, one table changed", changed
        if "check" in steps:
            yield "check, one table changed", run(_python("check", *CHECKED), copy)
    if "generate" in steps:
        contracts.insert_one(copy)
        yield "generate, one table inserted", run(_python("generate"), copy)
    if "hooks" in steps:
        cache = {"PRE_COMMIT_HOME": str(root / "pre-commit")}
        run(_python("generate"), copy)
        git(copy, "add", "--all")
        run((*HOOKS, "ruff-format"), copy, **cache)  # makes its database
        yield "start cfn-lint", fastest(lambda: run(START_LINTER, copy))
        yield "pre-commit, one table changed", fastest(lambda: _first_judgement(copy, cache))
        yield "pre-commit, nothing changed since it passed", fastest(lambda: run(HOOKS, copy, **cache))
        contracts.change_one(copy)
        git(copy, "add", "--all")
        yield "pre-commit, only the contract changed: it generates", run(HOOKS, copy, (1,), **cache)
    if "aws" in steps:
        yield from _on_aws(copy)


def _first_judgement(copy: Path, cache: dict[str, str]) -> Measured:
    """Run the hooks as at a commit whose files nobody has judged yet."""
    (copy / "build" / "check.json").unlink(missing_ok=True)
    return run(HOOKS, copy, **cache)


def _afresh(copy: Path, aside: Path) -> Measured:
    """Generate everything. What was generated before is moved away: ext4 is slow to create files where many were just deleted."""
    aside.mkdir(exist_ok=True)
    for name in ("generated", "build"):
        (copy / name).rename(aside / f"{copy.name}-{name}-{len(list(aside.iterdir()))}")
    return run(_python("generate"), copy)


# All of them but those of the code, which is the same at every size.
CHECKED = ("validator", "cfn-lint", "policies", "generated", "contracts", "alarms", "access")
# What each check has to find, although everything else was judged clean before: a file below generated/, and what becomes of it.
TABLE = f"*/{contracts.ENVIRONMENT}/templates/tables/*.yaml"
FAULTS = (
    ("validator", TABLE, "TableClass:", "TableKlass:"),
    ("cfn-lint", TABLE, "ComparisonOperator: GreaterThanThreshold", "ComparisonOperator: More"),
    ("policies", TABLE, "DeletionProtectionEnabled: true", "DeletionProtectionEnabled: false"),
    ("alarms", TABLE, "MetricName: ReadThrottleEvents", "MetricName: ReadThrottled"),
    ("access", f"*/{contracts.ENVIRONMENT}/access/read-only*.json", '"dynamodb:GetItem"', '"dynamodb:*"'),
)


def _planted(copy: Path) -> Iterator[Measured]:
    """Plant each fault, let its check find it, and take it away again. Raises CommandFailed if one is not found."""
    for check, files, good, bad in FAULTS:
        path = next((path for path in sorted((copy / "generated").glob(files)) if good in path.read_text()), None)
        if path is None:
            raise CommandFailed(f"No file below generated/ has {good}: plant another fault for {check}.")
        text = path.read_text()
        path.write_text(text.replace(good, bad, 1))
        yield run(_python("check", check), copy, (1,))
        path.write_text(text)


def _on_aws(copy: Path) -> Iterator[Row]:
    there = ("--environment", contracts.ENVIRONMENT)
    with LocalAws.start() as aws:

        def called(*command: str, code: int = 0) -> Measured:
            before = len(aws.calls())
            return replace(run(_python(*command), copy, (code,), **aws.environment), calls=len(aws.calls()) - before)

        yield "plan, nothing deployed", fastest(lambda: called("plan", *there, code=2))
        yield "deploy, everything", called("deploy", *there, "--yes")
        yield "plan, nothing changed", fastest(lambda: called("plan", *there))
        yield "validate", fastest(lambda: called("validate", *there))


def _python(module: str, *options: str) -> tuple[str, ...]:
    return (PYTHON, "-m", f"scripts.{module}", *options)
