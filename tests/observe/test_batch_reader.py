"""What is asked once for many tables: each part of it by whoever needs it first, and only then."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from scripts.model import CompositeAlarm, DesiredTable, Keys
from scripts.observe import batch_reader
from scripts.observe.batch_reader import BatchReader
from scripts.observe.stacks import Stack
from scripts.properties.base import Reading
from scripts.properties.streams import CONTRIBUTOR_INSIGHTS
from tests.for_each import for_each


def alarms(*numbers: int) -> list[CompositeAlarm]:
    return [CompositeAlarm(f"alarm {number}", "", "") for number in numbers]


def test_a_hundred_alarms_are_asked_for_at_a_time_and_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Counter[tuple[int, str]] = Counter()

    def read(_aws: Any, wanted: Sequence[CompositeAlarm]) -> tuple[CompositeAlarm, ...]:
        asked[len(wanted), wanted[0].name] += 1
        return tuple(alarm for alarm in wanted if alarm.name != "alarm 7")

    monkeypatch.setattr(batch_reader, "read_alarms", read)
    listed = BatchReader(None, alarms(*range(250)))  # type: ignore[arg-type]
    assert listed.alarms(alarms(203)) == tuple(alarms(203))
    assert asked == {(50, "alarm 200"): 1}, "nobody has asked for the others"
    assert listed.alarms(alarms(99, 100, 7)) == tuple(alarms(99, 100)), (
        "in the order of the wanted, without what is not there"
    )
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: listed.alarms(alarms(number)), range(8, 250)))
    assert found == [tuple(alarms(number)) for number in range(8, 250)]
    assert asked == {(50, "alarm 200"): 1, (100, "alarm 0"): 1, (100, "alarm 100"): 1}
    assert listed.alarms([]) == ()


def error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "DescribeStacks")


def test_a_role_that_sees_only_its_own_stacks_is_enough_and_other_failures_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stack = Stack("mine", "id", "CREATE_COMPLETE", {}, {}, True)
    monkeypatch.setattr(batch_reader.stacks, "describe", lambda _aws, name: stack if name == "mine" else None)
    for code, works in (("AccessDenied", True), ("AccessDeniedException", True), ("ExpiredToken", False)):

        def denied(_aws: Any, code: str = code) -> dict[str, Stack]:
            raise error(code)

        monkeypatch.setattr(batch_reader.stacks, "describe_all", denied)
        listed = BatchReader(None, ())  # type: ignore[arg-type]
        if works:
            assert (listed.stack("mine"), listed.stack("other")) == (stack, None)
            continue
        with pytest.raises(ClientError):
            listed.stack("mine")


class Dynamodb:
    """Lists Contributor Insights in pages, or not at all."""

    def __init__(self, *pages: Any) -> None:
        self._pages = pages

    def list_contributor_insights(self, NextToken: str = "0", **_: Any) -> dict[str, Any]:
        number = int(NextToken)
        if isinstance(page := self._pages[number], Exception):
            raise page
        more = {"NextToken": str(number + 1)} if number + 1 < len(self._pages) else {}
        return {"ContributorInsightsSummaries": page, **more}


def test_contributor_insights_of_all_tables_are_one_list_or_none() -> None:
    orders, arn = {"TableName": "Orders"}, {"TableName": "arn:aws:dynamodb:eu-west-1:1:table/Books", "IndexName": "By"}

    def listed(*pages: Any) -> Any:
        aws: Any = SimpleNamespace(client=lambda _service: Dynamodb(*pages))
        return BatchReader(aws, ()).insights()

    assert listed([orders], [], [arn]) == {"Orders": [orders], "Books": [{"TableName": "Books", "IndexName": "By"}]}
    assert listed([orders], error("ValidationException")) is None, "half a list is none"


@for_each(
    ("of_account", "asked"),
    [({"Orders": [{"ContributorInsightsStatus": "ENABLED"}]}, 0), ({}, 1), (None, 1)],
    ids=["listed", "a wanted one is missing", "no list"],
)
def test_a_table_is_asked_for_alone_where_the_list_is_not_enough(of_account: Any, asked: int) -> None:
    alone: list[str] = []

    def list_alone(TableName: str, **_: Any) -> dict[str, Any]:
        alone.append(TableName)
        return {"ContributorInsightsSummaries": [{"ContributorInsightsStatus": "ENABLED"}]}

    dynamodb = SimpleNamespace(
        list_contributor_insights=list_alone,
        describe_contributor_insights=lambda **_: {"ContributorInsightsStatus": "ENABLED"},
    )
    wanted = DesiredTable("Orders", Keys(()), insights=(("", "ACCESSED_AND_THROTTLED_KEYS"),))
    account = SimpleNamespace(insights=lambda: of_account)
    reading = Reading(SimpleNamespace(client=lambda _: dynamodb), {}, wanted, account)
    assert CONTRIBUTOR_INSIGHTS.read(reading) == wanted.insights
    assert alone == ["Orders"] * asked
