"""Every field that the describe calls of DynamoDB return: compared, wanted to be empty, or ignored for a reason.

A field is named by its path, `Table.KeySchema`; what is said of it holds for all that is below it. What nobody has
classified is a failing test (from the service model), and a check whose outcome is not known when AWS fills it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import Any


@dataclass(frozen=True)
class Fields:
    """The fields of one operation's answer.

    `compared`: path to the property of the findings; `ignored`: path to the reason; `empty`: path to the name of
    what must not be there, and the member that names each of it.
    """

    compared: Mapping[str, str]
    ignored: Mapping[str, str]
    empty: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @cached_property
    def classified(self) -> tuple[str, ...]:
        """The paths of all that is classified."""
        return (*self.compared, *self.ignored, *self.empty)

    @cached_property
    def known(self) -> frozenset[str]:
        """The same, to be asked for a path."""
        return frozenset(self.classified)

    @cached_property
    def parted(self) -> frozenset[str]:
        """The paths of which parts are classified, the empty one of the whole answer among them."""
        parts = (path.split(".")[:-1] for path in self.classified)
        return frozenset(above for names in parts for above in ("", *accumulate(names, "{}.{}".format)))


_NAME = "it is what was asked for"
_SIZE = "a size, which moves with the items"
_TIME = "when something happened; its result is compared"
_REPLICA = "about the replicas of a global table, which are compared"
_PAGE = "where the next page begins"
_MINE = "an identifier that AWS gives"
_COUNTED = ("LastIncreaseDateTime", "LastDecreaseDateTime", "NumberOfDecreasesToday")
_INDEXES = "Table.GlobalSecondaryIndexes"
_LOCAL = "Table.LocalSecondaryIndexes"

FIELDS: dict[str, Fields] = {
    "DescribeTable": Fields(
        compared={
            "Table.AttributeDefinitions": "key schema",
            "Table.KeySchema": "key schema",
            "Table.TableStatus": "status",
            "Table.ProvisionedThroughput.ReadCapacityUnits": "provisioned capacity",
            "Table.ProvisionedThroughput.WriteCapacityUnits": "provisioned capacity",
            "Table.TableArn": "stack output TableArn",
            "Table.BillingModeSummary.BillingMode": "billing mode",
            "Table.StreamSpecification": "stream",
            "Table.SSEDescription.Status": "encryption",
            "Table.SSEDescription.SSEType": "encryption",
            "Table.SSEDescription.KMSMasterKeyArn": "encryption",
            "Table.TableClassSummary.TableClass": "table class",
            "Table.DeletionProtectionEnabled": "deletion protection",
            "Table.OnDemandThroughput": "on-demand maximum",
            "Table.WarmThroughput.ReadUnitsPerSecond": "warm throughput",
            "Table.WarmThroughput.WriteUnitsPerSecond": "warm throughput",
            f"{_INDEXES}.IndexName": "existence",
            f"{_INDEXES}.KeySchema": "key schema",
            f"{_INDEXES}.Projection": "projection",
            f"{_INDEXES}.IndexStatus": "status",
            f"{_INDEXES}.ProvisionedThroughput.ReadCapacityUnits": "provisioned capacity",
            f"{_INDEXES}.ProvisionedThroughput.WriteCapacityUnits": "provisioned capacity",
            f"{_INDEXES}.OnDemandThroughput": "on-demand maximum",
            f"{_INDEXES}.WarmThroughput.ReadUnitsPerSecond": "warm throughput",
            f"{_INDEXES}.WarmThroughput.WriteUnitsPerSecond": "warm throughput",
            f"{_LOCAL}.IndexName": "existence",
            f"{_LOCAL}.KeySchema": "key schema",
            f"{_LOCAL}.Projection": "projection",
        },
        ignored={
            "Table.TableName": _NAME,
            "Table.CreationDateTime": _TIME,
            **{f"Table.ProvisionedThroughput.{name}": _TIME for name in _COUNTED},
            "Table.TableSizeBytes": _SIZE,
            "Table.ItemCount": _SIZE,
            "Table.TableId": _MINE,
            "Table.BillingModeSummary.LastUpdateToPayPerRequestDateTime": _TIME,
            "Table.LatestStreamLabel": _MINE,
            "Table.LatestStreamArn": _MINE,
            "Table.GlobalTableVersion": _REPLICA,
            "Table.GlobalTableSettingsReplicationMode": _REPLICA,
            "Table.MultiRegionConsistency": _REPLICA,
            "Table.RestoreSummary": "where a restored table comes from; while it is restored its status says so",
            "Table.ArchivalSummary": "why a table was archived; its status says that it was",
            "Table.TableClassSummary.LastUpdateDateTime": _TIME,
            "Table.WarmThroughput.Status": "whether warm throughput still rises; how far it has come is compared",
            f"{_INDEXES}.Backfilling": "a part of the creation of an index; its status is compared",
            **{f"{_INDEXES}.ProvisionedThroughput.{name}": _TIME for name in _COUNTED},
            f"{_INDEXES}.IndexSizeBytes": _SIZE,
            f"{_INDEXES}.ItemCount": _SIZE,
            f"{_INDEXES}.IndexArn": _MINE,
            f"{_INDEXES}.WarmThroughput.Status": "whether warm throughput still rises; how far it has come is compared",
            f"{_LOCAL}.IndexSizeBytes": _SIZE,
            f"{_LOCAL}.ItemCount": _SIZE,
            f"{_LOCAL}.IndexArn": _MINE,
        },
        empty={
            "Table.Replicas": ("replicas", "RegionName"),
            "Table.GlobalTableWitnesses": ("witnesses of a global table", "RegionName"),
            "Table.VectorIndexes": ("vector indexes", "IndexName"),
            "Table.SSEDescription.InaccessibleEncryptionDateTime": ("loss of the encryption key", ""),
        },
    ),
    "DescribeContinuousBackups": Fields(
        compared={
            "ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus": "point-in-time recovery",
            "ContinuousBackupsDescription.PointInTimeRecoveryDescription.RecoveryPeriodInDays": "point-in-time recovery",
        },
        ignored={
            "ContinuousBackupsDescription.ContinuousBackupsStatus": "always ENABLED (developer guide)",
            "ContinuousBackupsDescription.PointInTimeRecoveryDescription.EarliestRestorableDateTime": _TIME,
            "ContinuousBackupsDescription.PointInTimeRecoveryDescription.LatestRestorableDateTime": _TIME,
        },
    ),
    "DescribeTimeToLive": Fields(compared={"TimeToLiveDescription": "time to live"}, ignored={}),
    "ListTagsOfResource": Fields(compared={"Tags": "tags"}, ignored={"NextToken": _PAGE}),
    "ListContributorInsights": Fields(
        compared={"ContributorInsightsSummaries": "Contributor Insights"}, ignored={"NextToken": _PAGE}
    ),
    "DescribeContributorInsights": Fields(
        compared={
            "ContributorInsightsStatus": "Contributor Insights",
            "ContributorInsightsMode": "Contributor Insights",
        },
        ignored={
            "TableName": _NAME,
            "IndexName": _NAME,
            "ContributorInsightsRuleList": _MINE,
            "LastUpdateDateTime": _TIME,
            "FailureException": "why it failed; that it is not on is compared",
        },
    ),
    "DescribeKinesisStreamingDestination": Fields(
        compared={
            "KinesisDataStreamDestinations.StreamArn": "Kinesis stream",
            "KinesisDataStreamDestinations.DestinationStatus": "Kinesis stream",
        },
        ignored={
            "TableName": _NAME,
            "KinesisDataStreamDestinations.DestinationStatusDescription": "explains the status, which is compared",
            "KinesisDataStreamDestinations.ApproximateCreationDateTimePrecision": "no setting asks for one, and each "
            "record says its own",
        },
    ),
    "GetResourcePolicy": Fields(compared={"Policy": "resource policy"}, ignored={"RevisionId": _MINE}),
}


def unclassified(fields: Fields, answer: Any, path: str = "") -> Iterator[str]:
    """The paths of what an answer holds and nobody has classified; empty values hold nothing."""
    if answer is False or answer in (None, "", [], {}):
        return
    if path not in fields.parted or not isinstance(answer, (dict, list)):
        yield path
    elif isinstance(answer, dict):
        for name, value in answer.items():
            below = f"{path}.{name}" if path else name
            if below not in fields.known:
                yield from unclassified(fields, value, below)
    else:
        yield from dict.fromkeys(found for entry in answer for found in unclassified(fields, entry, path))


def unwanted(fields: Fields, answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What an answer holds and must not: (its name, each of it)."""
    for path, (name, member) in fields.empty.items():
        value: Any = answer
        for part in path.split("."):
            value = (value or {}).get(part)
        if value:
            yield name, ", ".join(str(each[member]) for each in value) if member else f"since {value}"


BODY = "UnclassifiedInBody"


def look_at_body(operation_model: Any, response_dict: Any, customized_response_dict: Any, **_: Any) -> None:
    """A handler of botocore's `before-parse`: what a newer AWS says and this botocore would drop is kept, under BODY."""
    fields = FIELDS.get(operation_model.name)
    if fields and response_dict["status_code"] == 200:
        customized_response_dict[BODY] = list(unclassified(fields, json.loads(response_dict["body"])))
