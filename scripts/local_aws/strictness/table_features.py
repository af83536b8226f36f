"""What a table has besides its keys and throughput: Contributor Insights, a Kinesis stream, resource policies."""

import json
from collections.abc import Iterator
from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.property_changes import Properties, boolean, indexes_by_name
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule, upheld

upheld(
    "resource-policy",
    "Where there is no resource policy, GetResourcePolicy answers PolicyNotFoundException.",
    sources.RESOURCE_POLICY,
)


@rule(
    "insights-mode",
    "DescribeContributorInsights and ListContributorInsights tell the mode, ACCESSED_AND_THROTTLED_KEYS when none is given; an "
    "index has its own setting, which goes when the index or the table goes.",
    sources.INSIGHTS,
)
def insights_mode(request: Request) -> str:
    """The mode of an UpdateContributorInsights request."""
    return request.get("ContributorInsightsMode") or "ACCESSED_AND_THROTTLED_KEYS"


def insight_requests(name: str, old: Properties, new: Properties) -> Iterator[Request]:
    """The UpdateContributorInsights requests that lead a template's table from `old` to `new`."""

    def wanted(holder: Properties) -> tuple[bool, str | None]:
        specification = holder.get("ContributorInsightsSpecification") or {}
        return boolean(specification.get("Enabled")), specification.get("Mode")

    before, after = indexes_by_name(old), indexes_by_name(new)
    holders: list[tuple[str | None, tuple[bool, str | None], tuple[bool, str | None]]]
    holders = [(None, wanted(old), wanted(new))]
    holders += [(index, wanted(before.get(index, {})), wanted(given)) for index, given in after.items()]
    for index, was, (enabled, mode) in holders:
        if was == (enabled, mode) or (not was[0] and not enabled):
            continue
        request: Request = {"TableName": name, "ContributorInsightsAction": "ENABLE" if enabled else "DISABLE"}
        request |= {"IndexName": index} if index else {}
        yield request | ({"ContributorInsightsMode": mode} if enabled and mode else {})


@rule(
    "kinesis-stream",
    "The Kinesis stream that a table streams to must exist. AWS's wording is not known.",
    sources.KINESIS,
)
def refuse_unknown_stream(arn: str, arns: list[str]) -> None:
    """Raise Refused when the ARN is not among those of the streams that there are."""
    if arn not in arns:
        raise RequestRefused(f"Kinesis stream {arn} does not exist", "ResourceNotFoundException")


def kinesis_requests(name: str, active: list[str], old: Properties, new: Properties) -> Iterator[tuple[str, Request]]:
    """("Disable" or "Enable", request) that lead a template's table from `old` to `new`.

    `active`: the ARNs of the streams that the table streams to now; a rollback finds only some of them.
    """
    before, after = (properties.get("KinesisStreamSpecification") or {} for properties in (old, new))
    if before == after:
        return
    if before.get("StreamArn") in active:
        yield "Disable", {"TableName": name, "StreamArn": before["StreamArn"]}
    if after:
        request: Request = {"TableName": name, "StreamArn": after["StreamArn"]}
        if precision := after.get("ApproximateCreationDateTimePrecision"):
            request["EnableKinesisStreamingConfiguration"] = {"ApproximateCreationDateTimePrecision": precision}
        yield "Enable", request


def policies(table: dict[str, Any], old: Properties, new: Properties) -> Iterator[tuple[str, Any, Any]]:
    """(ARN, old document, new document) of the resource policies of a table record and of its stream."""

    def document(holder: Properties) -> Any:
        return (holder.get("ResourcePolicy") or {}).get("PolicyDocument")

    yield table["TableArn"], document(old), document(new)
    before, after = (properties.get("StreamSpecification") or {} for properties in (old, new))
    if arn := table.get("LatestStreamArn"):
        # A stream of another view type is another stream: the policy of the old one went with it.
        same = before.get("StreamViewType") == after.get("StreamViewType")
        yield arn, document(before) if same else None, document(after)


def install() -> None:
    """Put these rules in front of the emulator's own functions."""
    import ministack.services.dynamodb as dynamodb
    import ministack.services.kinesis as kinesis

    def key_of(data: Request) -> str:
        return dynamodb._ci_key(dynamodb._normalize_table_name(data.get("TableName") or ""), data.get("IndexName"))

    def update_insights(data: Request, _original: Any = dynamodb._update_contributor_insights) -> tuple[Any, ...]:
        mode = insights_mode(data)
        answer = _original(data)
        if answer[0] < 400:
            dynamodb._contributor_insights[key_of(data)]["_mode"] = mode
        return answer

    def describe_insights(data: Request, _original: Any = dynamodb._describe_contributor_insights) -> tuple[Any, ...]:
        answer = _original(data)
        entry = dynamodb._contributor_insights.get(key_of(data)) or {}
        if answer[0] >= 400 or not entry.get("_mode"):
            return answer
        return dynamodb.json_response({**json.loads(answer[2]), "ContributorInsightsMode": entry["_mode"]})

    def list_insights(data: Request, _original: Any = dynamodb._list_contributor_insights) -> tuple[Any, ...]:
        answer = _original(data)
        if answer[0] >= 400:
            return answer
        told = json.loads(answer[2])
        for each in told["ContributorInsightsSummaries"]:
            if mode := (dynamodb._contributor_insights.get(key_of(each)) or {}).get("_mode"):
                each["ContributorInsightsMode"] = mode
        return dynamodb.json_response(told)

    def enable_kinesis(data: Request, _original: Any = dynamodb._enable_kinesis_streaming_destination) -> Any:
        refuse_unknown_stream(str(data.get("StreamArn")), [stream["StreamARN"] for stream in kinesis._streams.values()])
        return _original(data)

    def forget(prefix: str, arn: str) -> None:
        for key in [key for key in dynamodb._contributor_insights if key == prefix or key.startswith(prefix + "/")]:
            dynamodb._contributor_insights.pop(key)
        for key in [key for key in dynamodb._resource_policies if key == arn or key.startswith(arn + "/")]:
            dynamodb._resource_policies.pop(key)

    def delete_table(data: Request, _original: Any = dynamodb._delete_table) -> tuple[Any, ...]:
        name = dynamodb._normalize_table_name(data.get("TableName"))
        table = dynamodb._tables.get(name)
        answer = _original(data)
        if answer[0] < 400 and table:
            forget(name, table["TableArn"])
        return answer

    def update_table(data: Request, _original: Any = dynamodb._update_table) -> tuple[Any, ...]:
        answer = _original(data)
        for update in data.get("GlobalSecondaryIndexUpdates") or []:
            if answer[0] < 400 and update.get("Delete"):
                index = f"index/{update['Delete']['IndexName']}"
                name = dynamodb._normalize_table_name(data.get("TableName"))
                forget(f"{name}/{index}", f"{dynamodb._tables[name]['TableArn']}/{index}")
        return answer

    dynamodb._update_contributor_insights = update_insights
    dynamodb._describe_contributor_insights = describe_insights
    dynamodb._list_contributor_insights = list_insights
    dynamodb._enable_kinesis_streaming_destination = enable_kinesis
    dynamodb._delete_table = delete_table
    dynamodb._update_table = update_table
