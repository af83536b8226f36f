"""An AWS that answers otherwise than the local AWS: the report says exactly that, and nothing else."""

import re
from pathlib import Path
from typing import Any

import pytest

from scripts.acceptance.outcome import AGREES, DIFFERS
from scripts.acceptance.scenario import ANSWERS
from scripts.acceptance.scenarios import SCENARIOS
from tests.acceptance.asking import ask
from tests.in_process import InProcessAws

BOUND = ("content-length", "x-amz-crc32")  # headers that belong to one content
TAGS = re.compile("</?[A-Za-z]*>|[<>]")
# Scenario, what is looked at, and which part of an answer is another one on the wire: (what the local AWS says, what AWS does).
PLANTED = (
    ("class-limit", "change 3", "are limited to 2 times", "are limited to 9 times"),
    ("billing-limit", "switch 5", "limited to 4 times", "limited to 9 times"),
    ("ttl-limit", "off at once", "Time to live has been modified", "Time to live was modified"),
    ("ttl-limit", "another attribute while it is on", "is active on a different", "has a different"),
    ("refused-sets", "no change", "didn't contain changes", "contains no changes"),
    ("refused-sets", "two indexes at once: reason", "more than one GSI", "two GSI"),
    ("refused-sets", "another key: replacement", "Conditional", "True"),
    ("validation", "unknown key: ValidationStatusReason 1", "extraneous key", "unexpected key"),
    ("validation", "name that exists: ValidationName 1", "NAME_CONFLICT_VALIDATION", "NAME_TAKEN"),
    ("revert", "Gone: action and drift", ">DELETED<", ">NOT_CHECKED<"),
    ("import", "action", "<Action>Import</Action>", "<Action>Add</Action>"),
)


@pytest.mark.parametrize(("scenario", "what", "local", "other"), PLANTED)
def test_a_planted_difference_is_told_as_exactly_that(
    aws: InProcessAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scenario: str, what: str, local: str, other: str
) -> None:
    asked = InProcessAws._ask

    def otherwise(self: InProcessAws, *request: Any) -> tuple[int, dict[str, str], bytes]:
        status, headers, content = asked(self, *request)
        for plain in (local, local.replace("'", "&#x27;"), local.replace("'", "&apos;")):
            content = content.replace(plain.encode(), other.encode())
        return status, {name: value for name, value in headers.items() if name not in BOUND}, content

    monkeypatch.setattr(InProcessAws, "_ask", otherwise)
    code, said, report = ask(aws, tmp_path, only=(scenario,))
    (outcome,) = [each for each in report.outcomes if each.id == scenario]
    stated = SCENARIOS[scenario].answer[what]
    (difference,) = outcome.differences
    assert (code, outcome.outcome) == (1, DIFFERS)
    assert (difference.what, difference.local) == (what, stated)
    assert difference.seen == stated.replace(TAGS.sub("", local), TAGS.sub("", other)) != stated
    assert f"             here:      {difference.seen}" in said
    assert f"| {what}" in (tmp_path / "report" / "report.md").read_text().replace("\\", "")


def test_answers_that_are_missing_or_more_are_differences(
    aws: InProcessAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scripts.acceptance import scenario

    stated = {**scenario._answers()}
    changed = dict(stated["class-limit"])
    del changed["change 1"]
    monkeypatch.setattr(scenario, "_answers", lambda: {**stated, "class-limit": {**changed, "change 4": "accepted"}})
    _, _, report = ask(aws, tmp_path, only=("class-limit",))
    (outcome,) = [each for each in report.outcomes if each.id == "class-limit"]
    assert [(one.what, one.local, one.seen) for one in outcome.differences] == [
        ("change 1", "(nothing)", "accepted"),
        ("change 4", "accepted", "(nothing)"),
    ]
    assert ANSWERS.is_file() and outcome.outcome != AGREES
