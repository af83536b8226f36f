"""docs/monitoring.md says what the alarms are."""

import re
from pathlib import Path

import pytest

from scripts.capacity.economics import billed_alarms
from scripts.monitoring import alarm_words
from scripts.monitoring.kinds import KINDS
from tests.monitoring.support import alarms, table

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "monitoring.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| `-")]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_has_a_row_that_is_true(kind: object) -> None:
    (row,) = [row for row in ROWS if re.search(rf"`-(<operation>-)?{kind.name}`", row[0])]  # type: ignore[attr-defined]
    assert row[2:] == [kind.severity, kind.level]  # type: ignore[attr-defined]
    if kind.threshold:  # type: ignore[attr-defined]
        assert f"more than {alarm_words.number(kind.threshold)} " in row[1]  # type: ignore[attr-defined]
    some, periods = (count * kind.period // 60 for count in (kind.datapoints, kind.evaluation_periods))  # type: ignore[attr-defined]
    assert f"in {some} of {periods} minutes" in row[1] or (some == periods and f"for {some} minutes" in row[1])


def test_the_cost_that_is_stated_is_that_of_the_alarms() -> None:
    for level, wanted in (("standard", 26), ("essential", 18)):
        from scripts.monitoring.alarm_settings import AlarmSettings

        metrics, composite = billed_alarms(alarms(table("A", "B", "C"), settings=AlarmSettings(level)).values())
        assert (sum(metrics), composite) == (wanted, 1)
        assert f"{wanted} metrics" in PAGE or f"it has {wanted}:" in PAGE


def test_links_lead_to_files() -> None:
    links = re.findall(r"\]\((\.\./[^)#]+)", PAGE)
    assert links
    for link in links:
        assert (ROOT / "docs" / link).exists(), link
