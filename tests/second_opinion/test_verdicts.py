"""What the row of a scenario says, and that a process that does not end is ended. moto itself is asked by hand only."""

import os
from typing import Any

import pytest

from scripts.acceptance.judge import ENDED, WELL
from tests.second_opinion.__main__ import ask, complaints, verdict


def differs(*differences: tuple[str, str, str]) -> dict[str, Any]:
    return {
        "outcome": "differs",
        "differences": [dict(zip(("what", "local", "seen"), each, strict=True)) for each in differences],
    }


@pytest.mark.parametrize(
    ("answer", "row"),
    [
        ({"outcome": "agrees", "differences": []}, ("agrees", "")),
        (differs(("status", "A", "B")), ("differs", "status: local AWS: A; moto: B")),
        (differs(("status", "A", "B"), ("tags", "1", "2")), ("differs", "status: local AWS: A; moto: B; and 1 more")),
        (differs(("status", "A", "B"), (ENDED, WELL, "no such call")), ("refused", "no such call")),
        ({"outcome": "not tried", "reason": "no service"}, ("refused", "no service")),
        ({"crash": "KeyError: 'x'"}, ("refused", "KeyError: 'x'")),
        ({"unfinished": "DescribeTable"}, ("not finished in 60 s", "called last: DescribeTable")),
    ],
)
def test_a_row_says_what_became_of_the_scenario(answer: dict[str, Any], row: tuple[str, str]) -> None:
    assert verdict(answer, 60) == row


@pytest.mark.parametrize(
    ("script", "limit", "answer"),
    [
        ('echo noise; echo \'{"outcome": "agrees"}\'', 30, {"outcome": "agrees"}),
        ("echo first >&2; echo last >&2; exit 1", 30, {"crash": "last"}),
        ("exit 0", 30, {"crash": "exit code 0"}),
        ("sleep 600 & sleep 600", 0.1, {"unfinished": ""}),  # returns: nothing holds the pipe any more
    ],
)
def test_a_process_answers_or_is_ended(script: str, limit: float, answer: dict[str, Any]) -> None:
    assert ask(["bash", "-c", script], limit, dict(os.environ)) == answer


def test_what_moto_complains_of_is_told_once() -> None:
    log = "GET / 500\nTraceback:\n  File x\nKeyError: 'tcat-0123abcd-x'\nKeyError: 'tcat-89abcdef-x'\nbotocore.E.XError: no\n"
    assert complaints(log) == {"KeyError: 'tcat-RUN-x'", "botocore.E.XError: no"}
