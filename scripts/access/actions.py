"""The IAM actions that exist, what each one does and on which resources it acts: data for the policies and their check.

from typing import NamedTuple

Source: AWS Service Authorization Reference, "Actions, resources, and condition keys for Amazon DynamoDB" (and for the
other services); https://docs.aws.amazon.com/service-authorization/latest/reference/list_dynamodb.html
"""

from typing import NamedTuple

# What an action does. Everything but ADMIN may stand in a policy for applications.
READ, WRITE, STREAM, DESCRIBE, BACKUP, KEY, ADMIN = "read", "write", "stream", "describe", "backup", "key", "admin"


class Action(NamedTuple):
    """One IAM action. `kinds`: the resources it can be limited to, of table, index, stream, backup, key, dashboard; empty: none.

    The kinds of ADMIN actions are not recorded: no policy here gives them on anything.
    """

    name: str
    level: str
    kinds: tuple[str, ...] = ()


def _actions(level: str, kinds: str, *names: str) -> tuple[Action, ...]:
    return tuple(Action(name, level, tuple(kinds.split())) for name in names)


ACTIONS: dict[str, Action] = {
    action.name: action
    for action in (
        *_actions(READ, "table", "dynamodb:BatchGetItem", "dynamodb:GetItem"),
        *_actions(
            READ, "table index",
            "dynamodb:PartiQLSelect", "dynamodb:Query", "dynamodb:Scan", "dynamodb:SearchVectors",
        ),
        *_actions(
            WRITE, "table",
            "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:PartiQLDelete",
            "dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate", "dynamodb:PutItem", "dynamodb:UpdateItem",
        ),
        *_actions(STREAM, "stream", "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
        *_actions(STREAM, "", "dynamodb:ListStreams"),
        *_actions(
            DESCRIBE, "table",
            "dynamodb:DescribeContinuousBackups", "dynamodb:DescribeKinesisStreamingDestination",
            "dynamodb:DescribeTable", "dynamodb:DescribeTableReplicaAutoScaling", "dynamodb:DescribeTimeToLive",
            "dynamodb:ListExports", "dynamodb:ListImports",
        ),
        *_actions(DESCRIBE, "table index", "dynamodb:DescribeContributorInsights"),
        *_actions(DESCRIBE, "table stream", "dynamodb:GetResourcePolicy", "dynamodb:ListTagsOfResource"),
        *_actions(DESCRIBE, "backup", "dynamodb:DescribeBackup"),
        *_actions(
            DESCRIBE, "",
            "dynamodb:DescribeEndpoints", "dynamodb:DescribeLimits", "dynamodb:ListBackups",
            "dynamodb:ListContributorInsights", "dynamodb:ListGlobalTables", "dynamodb:ListTables",
        ),
        *_actions(BACKUP, "table", "dynamodb:CreateBackup"),
        *_actions(
            ADMIN, "",
            "dynamodb:AssociateTableReplica", "dynamodb:CreateGlobalTable", "dynamodb:CreateGlobalTableWitness",
            "dynamodb:CreateTable", "dynamodb:CreateTableReplica", "dynamodb:DeleteBackup",
            "dynamodb:DeleteGlobalTableWitness", "dynamodb:DeleteResourcePolicy", "dynamodb:DeleteTable",
            "dynamodb:DeleteTableReplica", "dynamodb:DescribeExport", "dynamodb:DescribeGlobalTable",
            "dynamodb:DescribeGlobalTableSettings", "dynamodb:DescribeImport",
            "dynamodb:DisableKinesisStreamingDestination", "dynamodb:EnableKinesisStreamingDestination",
            "dynamodb:ExportTableToPointInTime", "dynamodb:ImportTable", "dynamodb:PutResourcePolicy",
            "dynamodb:ReadDataForReplication", "dynamodb:ReplicateSettings", "dynamodb:RestoreTableFromAwsBackup",
            "dynamodb:RestoreTableFromBackup", "dynamodb:RestoreTableToPointInTime", "dynamodb:StartAwsBackupJob",
            "dynamodb:TagResource", "dynamodb:UntagResource", "dynamodb:UpdateContinuousBackups",
            "dynamodb:UpdateContributorInsights", "dynamodb:UpdateGlobalTable", "dynamodb:UpdateGlobalTableSettings",
            "dynamodb:UpdateGlobalTableVersion", "dynamodb:UpdateKinesisStreamingDestination", "dynamodb:UpdateTable",
            "dynamodb:UpdateTableReplicaAutoScaling", "dynamodb:UpdateTimeToLive", "dynamodb:WriteDataForReplication",
            "dynamodb:DescribeReservedCapacity", "dynamodb:DescribeReservedCapacityOfferings",
            "dynamodb:GetAbacStatus", "dynamodb:InjectError", "dynamodb:PurchaseReservedCapacityOfferings",
            "dynamodb:UpdateAbacStatus",
        ),
        *_actions(KEY, "key", "kms:Decrypt"),
        *_actions(DESCRIBE, "key", "kms:DescribeKey"),
        *_actions(DESCRIBE, "dashboard", "cloudwatch:GetDashboard"),
        *_actions(
            DESCRIBE, "",
            "application-autoscaling:DescribeScalableTargets", "application-autoscaling:DescribeScalingActivities",
            "application-autoscaling:DescribeScalingPolicies", "backup:ListBackupJobs",
            "backup:ListRecoveryPointsByResource", "cloudwatch:DescribeAlarmHistory", "cloudwatch:DescribeAlarms",
            "cloudwatch:DescribeAlarmsForMetric", "cloudwatch:GetMetricData", "cloudwatch:GetMetricStatistics",
            "cloudwatch:ListDashboards", "cloudwatch:ListMetrics",
        ),
    )
}  # fmt: skip
SERVICES = tuple(dict.fromkeys(name.partition(":")[0] for name in ACTIONS))

_NO_RESOURCE = "AWS defines no resource type for it"
_LISTS = "a list over the account: AWS answers it whole or not at all"
# Why an action stands with the resource "*". An action without a reason never does.
UNSCOPED: dict[str, str] = {
    name: _LISTS if ":List" in name or name.startswith("cloudwatch:DescribeAlarm") else _NO_RESOURCE
    for name, action in ACTIONS.items()
    if not action.kinds and action.level != ADMIN
}

# Names of API operations that are no IAM actions, with the actions that stand for them.
# Amazon DynamoDB Developer Guide, "Using IAM with DynamoDB transactions" and "IAM security policies with PartiQL".
NOT_ACTIONS: dict[str, str] = {
    "dynamodb:TransactGetItems": "GetItem",
    "dynamodb:TransactWriteItems": "ConditionCheckItem, DeleteItem, PutItem and UpdateItem",
    "dynamodb:ExecuteTransaction": "PartiQLSelect, PartiQLInsert, PartiQLUpdate and PartiQLDelete",
    "dynamodb:ExecuteStatement": "PartiQLSelect, PartiQLInsert, PartiQLUpdate and PartiQLDelete",
    "dynamodb:BatchExecuteStatement": "PartiQLSelect, PartiQLInsert, PartiQLUpdate and PartiQLDelete",
}


class Use(NamedTuple):
    """What an operation of an access pattern needs. `enclosing`: the transaction inside which the actions are allowed."""

    actions: tuple[str, ...]
    on_index: bool = False
    enclosing: str = ""


# The operations that the reader of contracts knows. Only Query and Scan can read an index; all others act on the table.
OPERATIONS: dict[str, Use] = {
    "GetItem": Use(("dynamodb:GetItem",)),
    "PutItem": Use(("dynamodb:PutItem",)),
    "UpdateItem": Use(("dynamodb:UpdateItem",)),
    "DeleteItem": Use(("dynamodb:DeleteItem",)),
    "Query": Use(("dynamodb:Query",), on_index=True),
    "Scan": Use(("dynamodb:Scan",), on_index=True),
    "BatchGetItem": Use(("dynamodb:BatchGetItem",)),
    "BatchWriteItem": Use(("dynamodb:BatchWriteItem",)),
    "TransactGetItems": Use(("dynamodb:GetItem",), enclosing="TransactGetItems"),
    "TransactWriteItems": Use(
        ("dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"),
        enclosing="TransactWriteItems",
    ),
}
