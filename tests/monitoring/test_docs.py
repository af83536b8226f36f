"""docs/monitoring.md says what the alarms are."""

import re
from pathlib import Path

import pytest

from scripts.capacity.economics import billed_alarms
from scripts.monitoring.alarm_settings import AlarmSettings
from scripts.monitoring.alarm_words import more_than
from scripts.monitoring.kinds import KINDS, OPERATION, Kind
from tests.for_each import for_each
from tests.monitoring.support import alarms, table

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "monitoring.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| `-")]


@for_each("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_has_a_row_that_is_true(kind: Kind) -> None:
    some, periods = (count * kind.period // 60 for count in (kind.datapoints, kind.evaluation_periods))
    limit = more_than(kind, kind.threshold) if kind.scope != OPERATION else "above the objective"
    ends = f"in {some} of {periods} minutes"
    line = f"| `-{kind.name}` | {limit} {kind.unit}, {ends} | {kind.severity} | {kind.level} |"
    rows = [row for row in ROWS if re.search(rf"`-(<operation>-)?{kind.name}`", row[0])]
    assert len(rows) == 1, f"Add to the table of docs/monitoring.md: {line}"
    ((_, when, *rest),) = rows
    assert rest == [kind.severity, kind.level], line
    assert limit in when and (kind.unit in when or kind.scope == OPERATION), line
    assert ends in when or (some == periods and f"for {some} minutes" in when), line


@pytest.mark.parametrize(("level", "words"), [("standard", "has {} metrics"), ("full", "it has {}:")])
def test_the_cost_that_is_stated_is_that_of_the_alarms(level: str, words: str) -> None:
    metrics, composite = billed_alarms(alarms(table("A", "B", "C"), settings=AlarmSettings(level)).values())
    assert composite == 1
    told = re.sub(r"\s+", " ", PAGE.partition("## What it costs")[2])
    for figure in (words.format(sum(metrics)), f"about ${sum(metrics) * 0.1 + 0.5:.2f}"):
        assert figure in told, f"Under What it costs, docs/monitoring.md has to say of level {level}: {figure}"
