"""docs/not-tested.md: made from the scenarios and the reports, whole, and true about who saw what."""

import json
from pathlib import Path

import pytest

from scripts.acceptance.acceptance_report import write
from scripts.acceptance.outcome import AGREES, DIFFERS, NOT_TRIED, REAL, Difference, RunReport, ScenarioOutcome
from scripts.acceptance.page import PAGE, REPORTS, page, reports, unscripted
from scripts.acceptance.scenarios import SCENARIOS
from scripts.command import Refused
from tests.for_each import for_each

SEEN = ScenarioOutcome("token", "?", AGREES)
OTHER = ScenarioOutcome("create", "?", DIFFERS, (Difference("plan", "unchanged", "steps"),))
ELSE = ScenarioOutcome("rollback", "?", NOT_TRIED, reason="only with LONG=1")


def test_it_is_current() -> None:
    assert PAGE.read_text() == page(reports()), "Run: python -m scripts.acceptance --page"


def test_every_line_is_a_scenario_or_says_why_it_is_none() -> None:
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("- ")]
    assert len(lines) == len(SCENARIOS) + sum(map(len, unscripted().values()))
    assert all((line.startswith("- `") and "*" in line) or "*No scenario: " in line for line in lines)
    assert all(set(each) == {"line", "why"} for section in unscripted().values() for each in section)


def test_reports_stand_behind_their_questions(tmp_path: Path) -> None:
    for date, region, outcomes in (
        ("2026-12-01", "eu-west-1", [OTHER, SEEN, ELSE]),
        ("2026-12-02", "us-east-1", [SEEN]),
        ("2027-01-01", "eu-west-1", [ScenarioOutcome("create", "?", AGREES)]),
    ):
        write(RunReport(date, region, REAL, "abc", outcomes), tmp_path)
        (tmp_path / "report.json").rename(tmp_path / f"{date}-{region}.json")
    text = page(reports(tmp_path))
    assert "*2026-12-01 in eu-west-1: agrees; 2026-12-02 in us-east-1: agrees.*" in text
    assert "*2027-01-01 in eu-west-1: agrees.*" in text
    assert "2026-12-01 in eu-west-1: differs" not in text
    older = page(reports(tmp_path)[:1])
    assert "*2026-12-01 in eu-west-1: differs (plan).*" in older
    assert older.count("*Not tried on AWS yet.*") == len(SCENARIOS) - 2


@for_each(
    ("content", "why"),
    [
        ("{", "this is no report"),
        ("[]", '"version" is not 1'),
        ('{"version": 1, "outcomes": [{}]}', "not the form of a report"),
        (json.dumps({"version": 1, "outcomes": [], "date": "", "region": "", "where": "the local AWS", "commit": ""}), "not of AWS"),
    ],
)  # fmt: skip
def test_what_is_no_report_of_aws_is_refused_by_its_path(tmp_path: Path, content: str, why: str) -> None:
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(Refused, match=f"x.json: .*{why}"):
        reports(tmp_path)


def test_contributed_reports_are_readable() -> None:
    assert all(report.where == REAL for report in reports(REPORTS))
