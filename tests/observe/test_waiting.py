"""Waiting: pauses grow to a limit and end when told to; a call without an answer does not end it."""

import itertools
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from scripts.observe.waiting import CALM, LONGEST, PATIENCE, Clock, Stopped, Waiting
from tests.for_each import for_each


class Still(Clock):
    """Remembers the pauses and makes none."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    def pause(self, stop: threading.Event, seconds: float) -> bool:
        self.pauses.append(seconds)
        return stop.is_set()


def failure(code: str, status: int = 400) -> ClientError:
    response = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "DescribeStacks")


PASSING = [
    failure("Throttling"),
    failure("ThrottlingException"),
    failure("RequestLimitExceeded"),
    failure("Strange", 503),
    EndpointConnectionError(endpoint_url="http://127.0.0.1:1"),
    ReadTimeoutError(endpoint_url="http://127.0.0.1:1"),
]
LASTING = [failure("AccessDenied"), failure("ExpiredToken"), failure("ValidationError")]


def answers(*values: object) -> Callable[[], object]:
    left = iter(values)

    def look() -> object:
        value = next(left)
        if isinstance(value, Exception):
            raise value
        return value

    return look


def test_pauses_grow_to_a_limit() -> None:
    clock = Still()
    for _ in itertools.islice(Waiting(clock=clock).intervals(), 40):
        pass
    assert clock.pauses[0] < 0.2
    assert clock.pauses == sorted(clock.pauses)
    assert clock.pauses[-1] == LONGEST
    assert sum(clock.pauses[:10]) < 15  # what is over soon is seen soon


@pytest.mark.parametrize(("seconds", "looks"), [(600, 30), (3600, 180)])
def test_waiting_asks_less_and_less_often(seconds: int, looks: int) -> None:
    """The numbers that docs/how-it-works.md states."""
    clock = Still()
    asked = 0
    for _ in Waiting(clock=clock, first=CALM).intervals():
        if sum(clock.pauses) > seconds:
            break
        asked += 1
    assert round(asked, -1) == looks
    text = (Path(__file__).parent.parent.parent / "docs" / "how-it-works.md").read_text()
    assert "ten minutes cost some 30 questions, an hour 180." in text


def test_it_ends_when_it_is_told_to() -> None:
    waiting = Waiting()
    waiting.stop.set()
    with pytest.raises(Stopped):
        waiting.pause(60)


@for_each("error", PASSING, ids=str)
def test_a_look_without_an_answer_is_repeated_and_told(error: Exception) -> None:
    said: list[str] = []
    assert Waiting(clock=Still()).until(answers(error, None, error, "there"), said.append) == "there"
    assert len(said) == 2
    assert all(text.startswith("AWS does not answer now, looking again") for text in said)


@for_each("error", LASTING, ids=str)
def test_an_error_that_lasts_is_raised_at_once(error: Exception) -> None:
    with pytest.raises(ClientError):
        Waiting(clock=Still()).until(answers(error, "never seen"), lambda _: None)


def test_patience_ends() -> None:
    with pytest.raises(ClientError):
        Waiting(clock=Still()).until(answers(*[PASSING[0]] * (PATIENCE + 1)), lambda _: None)
    assert Waiting(clock=Still()).until(answers(*[PASSING[0]] * PATIENCE, "there"), lambda _: None) == "there"
