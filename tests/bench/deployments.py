"""Simulate first deployments of the benchmark's contracts, print how long they take, and put that into docs/performance.md and docs/fleets.md.

python -m tests.bench.deployments            prints
python -m tests.bench.deployments --write    also rewrites the pages
"""

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from scripts.limits import INDEXED_CREATIONS, PUT_METRIC_ALARM, TABLE_OPERATIONS
from scripts.observe.rate import DEFAULT
from scripts.planning.schedule import Pace
from scripts.planning.stack_work import StackChange, StackWork, works
from scripts.planning.table_changes import WORKERS
from scripts.project.services import read_services
from scripts.templates.desired import table_states
from scripts.templates.shared_templates import shared_stacks
from scripts.templates.template import table_template
from scripts.text.markdown import table
from tests.bench import aws_times, contracts, report
from tests.bench.simulator import Result, one_after_the_other, simulate
from tests.bench.sizes import FULL

FLEETS_PAGE = Path("docs") / "fleets.md"
SIZES = (100, 1_000, 2_000)
MIDDLE = 1_000  # the size that more is told of
QUOTA = PUT_METRIC_ALARM.most
RAISED = (5, 10)  # alarms a second, where AWS has raised the quota
BEFORE = Pace(8, 8)
WITHOUT_PACE = Pace(64, 64)


def now(alarms: float = QUOTA) -> Pace:
    """The pace of the product, whatever the environment says."""
    return Pace(16, min(INDEXED_CREATIONS.room, TABLE_OPERATIONS.room), alarms)


def made(tables: int, settings: str = "") -> list[StackWork]:
    """What a first deployment of so many tables of one service does. `settings`: more of its deployment.yaml."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        contracts.write(Path(folder), tables)
        path = Path(folder) / "contracts" / "bench" / "deployment.yaml"
        path.write_text(path.read_text() + settings)
        service = read_services(Path(folder) / "contracts")[0]
        place = service.environments[0]
        states = table_states(service, place)
        shared = shared_stacks(service, place, states).items()
        changes = [StackChange(name, service.name, {}, template, shared=True) for name, template in shared]
        changes += [StackChange(s.name, service.name, {}, table_template(s, service.name, place.name)) for s in states]
        return works(changes)


def markdown() -> str:
    """The tables of the page."""
    full = made(MIDDLE, FULL)
    lines = table(
        (
            "Tables",
            "Stacks",
            "Alarms",
            "8 at once, shared stacks first",
            "Now",
            *(f"Now, {n} alarms a second" for n in RAISED),
        ),
        [_row(f"{size:,}", made(size)) for size in SIZES] + [_row(f"{MIDDLE:,}, `alarms: full`", full)],
    )
    parts = (
        lines,
        ["", f"The most at any time, with {MIDDLE:,} tables and `alarms: full`:", "", *_most(full)],
        ["", "Side by side, with `alarms: full`:", "", *_fleets(full), "", *_assumed()],
    )
    return "\n".join(line for part in parts for line in part)


def _row(title: str, found: Sequence[StackWork]) -> Sequence[str]:
    runs = [simulate([one_after_the_other(found)], BEFORE)]
    runs += [simulate([found], now(quota), quota) for quota in (QUOTA, *RAISED)]
    return (title, f"{len(found):,}", f"{sum(w.alarms for w in found):,}", *(words(run.minutes) for run in runs))


def words(minutes: float) -> str:
    """`85 min`, or hours from two on."""
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.1f} h"


def _most(found: Sequence[StackWork]) -> list[str]:
    runs = [
        simulate([one_after_the_other(found)], BEFORE),
        simulate([found], now()),
        simulate([found], WITHOUT_PACE),
    ]
    indexed, operations = INDEXED_CREATIONS.most, TABLE_OPERATIONS.most

    def row(of: str, limit: str, value: str, *names: str) -> tuple[str, ...]:
        return of, limit, *(value.format(*(getattr(run, name) for name in names)) for run in runs)

    return table(
        ("", "AWS allows", "8 at once", "Now", "64 at once, without a pace"),
        [
            row("Stacks that are changed", "-", "{}", "stacks_at_once"),
            row("Tables that are created or changed", f"{indexed} with indexes, {operations} in all", "{}", "creating_at_once"),
            row("Alarms that CloudWatch takes in a second", f"{QUOTA}", "{}", "alarms_taken_a_second"),
            row("Seconds that an alarm waits for its turn, which CloudFormation bridges by asking again", "-", "{:.0f}", "waited_for_alarms"),
            ("Calls of one operation in a second", "not stated by CloudFormation; 10 are kept to, after 10 at once", *(f"{_calls(run)}" for run in runs)),
        ],
    )  # fmt: skip


def _calls(run: Result) -> int:
    return max(run.calls_a_second.values())


def _fleets(found: Sequence[StackWork]) -> list[str]:
    """Deployments side by side: what one account and Region share, and what accounts do not."""
    half = [work for work in found if work.shared] + [
        w for n, w in enumerate(w for w in found if not w.shared) if n % 2
    ]
    other = [replace(work, stack=f"other-{work.stack}") for work in half]
    size = f"{sum(not work.shared for work in half):,}"
    one = simulate([half], now())
    runs = (
        (f"{size} tables", "one", one),
        (f"twice {size} tables", "one", simulate([half, other], now())),
        (f"twice {size} tables, AWS_ALARMS_PER_SECOND=1.5 for each", "one", simulate([half, other], now(QUOTA / 2))),
        (f"twice {size} tables", "two", one),
    )
    return table(
        ("Deployments", "Accounts or Regions", "Takes", "An alarm waits at most"),
        [(what, where, words(run.minutes), f"{run.waited_for_alarms:.0f} s") for what, where, run in runs],
    )


# Calls of a plan and of a validation for each table: docs/how-it-works.md, held by tests/observe/test_calls_per_table.py. A validation
# also asks the table and each index one query.
PLAN_CALLS, VALIDATION_CALLS = 7, 8 + 1 + 2.5
STARTUP = 1.0  # minutes that a job needs before its first command; assumed
FLEETS = ((500, 1), (2_000, 1), (2_000, 2), (2_000, 4), (10_000, 5), (10_000, 20))


def fleets() -> str:
    """What fleets cost: tables of equal services, in so many accounts or Regions, one environment in each."""
    rows = []
    for tables, accounts in FLEETS:
        each = tables // accounts
        took = simulate([made(each)], now()).minutes
        plan, drift = (STARTUP + each * _seconds(calls) / 60 for calls in (PLAN_CALLS, VALIDATION_CALLS))
        rows.append(
            (f"{tables:,}", f"{accounts}", f"{each:,}", words(took), f"{plan:.0f} min", f"{plan * accounts:.0f} min", f"{drift:.0f} min", f"{drift * accounts:.0f} min")
        )  # fmt: skip
    return "\n".join(
        table(
            ("Tables", "Accounts or Regions", "Tables of each", "First deployment", "Plan", "in jobs", "Drift run", "in jobs"),
            rows,
        )
    )  # fmt: skip


def _seconds(calls: float) -> float:
    """How long a table takes among many that are inspected: its calls by so many threads, and at the rate of one operation."""
    return max(calls * (aws_times.CALL.low + aws_times.CALL.high) / 2 / WORKERS, 1 / DEFAULT)


def _assumed() -> list[str]:
    rows = [(one.of, f"{one.low:g} to {one.high:g} s", one.why) for one in aws_times.EVERY]
    return ["Assumed, because AWS states no times:", "", *table(("", "Each takes", "Because"), rows)]


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; 0."""
    text, of_fleets = markdown(), fleets()
    print(text, of_fleets, sep="\n\n")
    if "--write" in (sys.argv[1:] if argv is None else argv):
        report.write(text, report.DEPLOYMENTS)
        report.write(of_fleets, report.DEPLOYMENTS, FLEETS_PAGE)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
