"""Calls are spread over time: each operation has a rate of its own, for all threads together."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from scripts.observe import rate
from scripts.observe.aws import Aws
from scripts.observe.rate import Limiter
from tests.for_each import for_each


class Time:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def limiter(limit: float) -> tuple[Limiter, Time]:
    time = Time()
    return Limiter(limit, lambda: time.now, time.sleep), time


def test_a_second_of_calls_comes_at_once_and_the_others_one_after_the_other() -> None:
    limit, time = limiter(10)
    for _ in range(10):
        limit.wait("DescribeTable")
    assert time.slept == []
    for _ in range(30):
        limit.wait("DescribeTable")
    assert time.now == pytest.approx(103)


def test_operations_have_rates_of_their_own_and_some_a_lower_one() -> None:
    limit, time = limiter(10)
    for name in ("DescribeTable", "DescribeStacks", "DescribeTimeToLive"):
        for _ in range(10):
            limit.wait(name)
    assert time.slept == []
    for _ in range(10):
        limit.wait("DescribeContributorInsights")
    assert time.now == pytest.approx(101)


def test_items_and_no_limit_are_never_waited_for() -> None:
    limit, time = limiter(1)
    for _ in range(50):
        limit.wait("Query")
    free, other = limiter(0)
    for _ in range(50):
        free.wait("DescribeTable")
    assert (time.slept, other.slept) == ([], [])


def test_threads_share_the_rate() -> None:
    limit, time = limiter(10)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: limit.wait("DescribeTable"), range(40)))
    assert len(time.slept) >= 20


@for_each(("said", "limit"), [("25", 25), ("0", 0), ("-3", 0), ("many", 10), (None, 10)])
def test_the_environment_says_the_rate(monkeypatch: pytest.MonkeyPatch, said: str | None, limit: float) -> None:
    monkeypatch.delenv(rate.VARIABLE, raising=False)
    if said is not None:
        monkeypatch.setenv(rate.VARIABLE, said)
    assert rate.per_second() == limit


@pytest.mark.usefixtures("aws")
def test_every_client_of_a_connection_asks_the_same_limiter(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(Limiter, "wait", lambda _self, operation: asked.append(operation))
    aws = Aws("eu-west-1")
    aws.client("dynamodb").list_tables()
    aws.client("cloudformation").describe_stacks()
    assert asked == ["ListTables", "DescribeStacks"]
