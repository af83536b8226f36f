"""The measures as Markdown: one table for each step, and the targets beside what was measured."""

import os
import platform
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scripts.text.markdown import table
from tests.bench.measure import LONG, Measured

PAGE = Path("docs") / "performance.md"
MEASURED = "<!-- measured by `make bench` -->", "<!-- end of what was measured -->"
SIZES = "<!-- sizes by `make bench` -->", "<!-- end of the sizes -->"
DEPLOYMENTS = "<!-- deployments by `python -m tests.bench.deployments` -->", "<!-- end of the deployments -->"
CDK = "<!-- the CDK by `make bench` -->", "<!-- end of the CDK -->"
MB = 1_000_000
START = "start Python, import json and yaml"
Size = tuple[int, int]  # tables, services
Results = Mapping[Size, Mapping[str, Measured]]


@dataclass(frozen=True, slots=True)
class Target:
    """What the project wants of itself: at a size, a step takes at most `limit` of what `of` makes of its measures."""

    size: Size
    step: str
    limit: float
    unit: str
    of: Callable[[Measured, Mapping[str, Measured]], float]


def _wall(found: Measured, _all: Mapping[str, Measured]) -> float:
    return found.wall


def _peak(found: Measured, _all: Mapping[str, Measured]) -> float:
    return found.peak / MB


def _cpu(found: Measured, _all: Mapping[str, Measured]) -> float:
    return found.cpu


def _of_first_check(found: Measured, every: Mapping[str, Measured]) -> float:
    return found.cpu / every["check, everything"].cpu


def _starts(found: Measured, every: Mapping[str, Measured]) -> float:
    return found.cpu / every[START].cpu


def _linters(found: Measured, every: Mapping[str, Measured]) -> float:
    return found.cpu / every["start cfn-lint"].cpu


def _files(found: Measured, _all: Mapping[str, Measured]) -> float:
    return found.files


TARGETS = (
    Target((3, 1), "generate, nothing changed", 2.5, "times the start of Python (CPU)", _starts),
    Target((3, 1), "generate, everything", 5, "times the start of Python (CPU)", _starts),
    Target((300, 1), "generate, everything", 2, "s (CPU)", _cpu),
    Target((300, 1), "generate, everything", 100, "MB", _peak),
    Target((300, 1), "generate, one table inserted", 40, "files", _files),
    Target((1000, 1), "generate, one table inserted", 60, "files", _files),
    Target((1000, 1), "generate, one table changed", 1, "s (CPU)", _cpu),
    Target((1000, 20), "pre-commit, one table changed", 0.8, "s", _wall),
    Target((1000, 1), "pre-commit, one table changed", 0.8, "s", _wall),
    Target((1000, 1), "pre-commit, one table changed", 1.4, "times the start of cfn-lint (CPU)", _linters),
    Target((1000, 1), "check, nothing changed", 0.2, "of the first check (CPU)", _of_first_check),
    Target((1000, 1), "check, one table changed", 15, "s (CPU)", _cpu),
    Target((1000, 1), "plan, nothing changed", 60, "s", _wall),
    Target((1000, 1), "plan, nothing changed", 300, "MB", _peak),
    Target((1000, 1), "validate", 60, "s", _wall),
    Target((1000, 1), "validate", 300, "MB", _peak),
)


def markdown(results: Results, command: str, load: float) -> str:
    """Everything that was measured, with the machine and the command; `load`: its load average before the first run."""
    day = datetime.now(UTC).strftime("%-d %B %Y")
    machine = f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}, Python {platform.python_version()}"
    lines = [
        f"Measured on {day} with `{command}`: {machine}. {_load(load)} Each step is run three times, and the fastest counts, unless it "
        f"takes more than {LONG:.0f} seconds, or changes what it works on. CPU and memory are those of the command and of all processes "
        "that it starts, memory that of the largest one. Written is what changed below "
        "`generated/` and `build/`.",
        "",
        "### Targets",
        "",
        *_targets(results),
    ]
    for step in dict.fromkeys(step for rows in results.values() for step in rows):
        lines += ["", f"### {step[0].upper()}{step[1:]}", "", *_step(results, step)]
    return "\n".join(lines) + "\n"


def write(text: str, marks: tuple[str, str], page: Path = PAGE) -> None:
    """Put what was measured into the page, between its marks. Raises ValueError if the page has not both of them."""
    before = page.read_text(encoding="utf-8")
    begin, end = marks
    pattern = f"{re.escape(begin)}.*{re.escape(end)}"
    after, found = re.subn(pattern, lambda _: f"{begin}\n\n{text.strip()}\n\n{end}", before, flags=re.DOTALL)
    if not found:
        raise ValueError(f"{page} has no place for what was measured: write {begin} and {end} where it belongs")
    page.write_text(after, encoding="utf-8")


def named(size: Size) -> str:
    """`300 tables`, or `1,000 tables in 20 services`."""
    tables, services = size
    return f"{tables:,} tables" + (f" in {services} services" if services > 1 else "")


def _load(load: float) -> str:
    if load < (os.cpu_count() or 1) / 4:
        return "Nothing else ran."
    return f"Other work ran at the same time (load average {load:.1f} before), so wall times are too long: CPU counts."


def _step(results: Results, step: str) -> list[str]:
    found = {size: rows[step] for size, rows in results.items() if step in rows}
    calls = any(one.calls is not None for one in found.values())
    head = ("", "Wall", "CPU", "Memory", "Written", "Files of generated/", *(("AWS calls", "a table") if calls else ()))
    return table(head, [(named(size), *_cells(one, size[0], calls)) for size, one in found.items()])


def _cells(one: Measured, tables: int, calls: bool) -> Sequence[str]:
    cells = (
        f"{one.wall:.2f} s",
        f"{one.cpu:.2f} s",
        f"{one.peak / MB:.0f} MB",
        f"{one.written / MB:.2f} MB",
        f"{one.files:,}",
    )
    return (*cells, *((f"{one.calls or 0:,}", f"{(one.calls or 0) / tables:.1f}") if calls else ()))


def _targets(results: Results) -> list[str]:
    rows = []
    for target in TARGETS:
        every = results.get(target.size, {})
        if target.step not in every:
            continue
        value = target.of(every[target.step], every)
        outcome = "yes" if value <= target.limit else f"no, {value / target.limit:.1f} times as much"
        rows.append(
            (f"{named(target.size)}: {target.step}", f"{target.limit:g} {target.unit}", f"{value:.2f}", outcome)
        )
    return table(("", "At most", "Measured", "Met"), rows) if rows else ["None of these sizes has a target."]


def progress(size: Size, step: str, one: Measured) -> None:
    """One line on the way, for whoever waits."""
    print(f"{named(size)}: {step}: {one.wall:.2f} s, CPU {one.cpu:.2f} s, {one.peak / MB:.0f} MB", file=sys.stderr)
