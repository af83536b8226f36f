"""What DynamoDB takes in the resource policy of a table: actions, services, operators and keys of conditions."""

import re

from scripts.access.actions import ACTIONS, ADMIN, BACKUP, DESCRIBE, READ, STREAM, WRITE

SIZE_MAX = 20_480  # bytes, white space included

# Everything that acts on a table or its indexes. Amazon DynamoDB Developer Guide, rbac-iam-actions: what acts on backups,
# imports and streams is refused ("The following action names are invalid"), and so are names of operations of PartiQL.
_NOT_ON_A_TABLE = {
    f"dynamodb:{name}"
    for name in [
        "CreateGlobalTable",
        "CreateGlobalTableWitness",
        "CreateTable",
        "DeleteBackup",
        "DeleteGlobalTableWitness",
        "DescribeExport",
        "DescribeGlobalTable",
        "DescribeGlobalTableSettings",
        "DescribeImport",
        "DescribeReservedCapacity",
        "DescribeReservedCapacityOfferings",
        "GetAbacStatus",
        "ImportTable",
        "ListExports",
        "ListImports",
        "PurchaseReservedCapacityOfferings",
        "RestoreTableFromAwsBackup",
        "RestoreTableFromBackup",
        "UpdateAbacStatus",
        "UpdateGlobalTable",
        "UpdateGlobalTableSettings",
        "UpdateGlobalTableVersion",
    ]
}
TABLE_ACTIONS: tuple[str, ...] = tuple(
    action.name
    for action in ACTIONS.values()
    if action.name.startswith("dynamodb:")
    and action.name not in _NOT_ON_A_TABLE
    and (action.level == ADMIN or {"table", "index"} & set(action.kinds))
    and action.level in (ADMIN, BACKUP, DESCRIBE, READ, WRITE)
)
STREAM_ACTIONS: tuple[str, ...] = tuple(action.name for action in ACTIONS.values() if action.level == STREAM)

# Actions that copy a table elsewhere, but do not change it.
_COPIES = ("dynamodb:ExportTableToPointInTime", "dynamodb:RestoreTableToPointInTime", "dynamodb:StartAwsBackupJob")
# Actions of AWS itself, between the replicas of a table in several accounts.
_REPLICATION = ("dynamodb:ReadDataForReplication", "dynamodb:ReplicateSettings", "dynamodb:WriteDataForReplication")
CHANGES: tuple[str, ...] = tuple(
    name for name in TABLE_ACTIONS if ACTIONS[name].level == ADMIN and name not in (*_COPIES, *_REPLICATION)
)

# Services that may be a principal; all others are "invalid service principal". Amazon DynamoDB Developer Guide, zero-ETL
# with Amazon Redshift, and global tables in several accounts; https://github.com/aws/aws-cdk/pull/37335
SERVICES = ("redshift.amazonaws.com", "replication.dynamodb.amazonaws.com")

# What keeps a policy for everybody from being public, when it names fixed values. Amazon DynamoDB Developer Guide,
# rbac-bpa-rbp: "trusted condition keys".
TRUSTED_KEYS = tuple(
    f"aws:{name}".casefold()
    for name in [
        "PrincipalAccount",
        "PrincipalArn",
        "PrincipalOrgID",
        "PrincipalOrgPaths",
        "SourceAccount",
        "SourceArn",
        "SourceVpc",
        "SourceVpce",
        "UserId",
        "PrincipalServiceName",
        "PrincipalServiceNamesList",
        "PrincipalIsAWSService",
        "Ec2InstanceSourceVpc",
        "SourceOrgID",
        "SourceOrgPaths",
    ]
)

_COMPARED = "Equals NotEquals LessThan LessThanEquals GreaterThan GreaterThanEquals"
# IAM User Guide, reference_policies_elements_condition_operators.
OPERATORS = (
    *(f"String{how}" for how in ["Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike"]),
    *(f"{kind}{how}" for kind in ("Numeric", "Date") for how in _COMPARED.split()),
    *(f"Arn{how}" for how in ["Equals", "NotEquals", "Like", "NotLike"]),
    *["Bool", "BinaryEquals", "IpAddress", "NotIpAddress", "Null"],
)
OPERATOR = re.compile(r"(ForAllValues:|ForAnyValue:)?(?P<base>[A-Za-z]+?)(IfExists)?", re.IGNORECASE)

# Service Authorization Reference, list_amazondynamodb, condition keys.
DYNAMODB_KEYS = tuple(
    f"dynamodb:{name}"
    for name in [
        "Attributes",
        "EnclosingOperation",
        "FirstPartitionKeyValues",
        "FourthPartitionKeyValues",
        "FullTableScan",
        "LeadingKeys",
        "ReturnConsumedCapacity",
        "ReturnValues",
        "SecondPartitionKeyValues",
        "Select",
        "ThirdPartitionKeyValues",
    ]
)
# IAM User Guide, reference_policies_condition-keys. Of keys with a part of one's own (a tag) the part before the slash.
GLOBAL_KEYS = tuple(
    f"aws:{name}"
    for name in [
        "AssumedRoot",
        "CalledVia",
        "CalledViaFirst",
        "CalledViaLast",
        "ChatbotSourceArn",
        "CurrentTime",
        "Ec2InstanceSourcePrivateIPv4",
        "Ec2InstanceSourceVpc",
        "EpochTime",
        "FederatedProvider",
        "IsMcpServiceAction",
        "MultiFactorAuthAge",
        "MultiFactorAuthPresent",
        "PrincipalAccount",
        "PrincipalArn",
        "PrincipalIsAWSService",
        "PrincipalOrgID",
        "PrincipalOrgPaths",
        "PrincipalServiceName",
        "PrincipalServiceNamesList",
        "PrincipalTag",
        "PrincipalType",
        "Referer",
        "RequestTag",
        "RequestedRegion",
        "ResourceAccount",
        "ResourceOrgID",
        "ResourceOrgPaths",
        "ResourceTag",
        "SecureTransport",
        "SourceAccount",
        "SourceArn",
        "SourceIdentity",
        "SourceIp",
        "SourceOrgID",
        "SourceOrgPaths",
        "SourceVpc",
        "SourceVpcArn",
        "SourceVpce",
        "TagKeys",
        "TokenIssueTime",
        "UserAgent",
        "UserId",
        "Username",
        "ViaAWSMCPService",
        "ViaAWSService",
        "VpceAccount",
        "VpceOrgID",
        "VpceOrgPaths",
        "VpcSourceIp",
    ]
)

# What the roles of policies/roles.yaml do to a table that is there: a policy that denies it stops them.
_LOOKS = [
    "DescribeContinuousBackups",
    "DescribeContributorInsights",
    "DescribeKinesisStreamingDestination",
    "DescribeTable",
    "DescribeTimeToLive",
    "GetResourcePolicy",
    "ListTagsOfResource",
]
NEEDED: dict[str, tuple[str, ...]] = {
    "the deployment": tuple(
        f"dynamodb:{name}"
        for name in (
            *_LOOKS,
            *[
                "DeleteResourcePolicy",
                "DisableKinesisStreamingDestination",
                "EnableKinesisStreamingDestination",
                "PutResourcePolicy",
                "TagResource",
                "UntagResource",
                "UpdateContinuousBackups",
                "UpdateContributorInsights",
                "UpdateKinesisStreamingDestination",
                "UpdateTable",
                "UpdateTimeToLive",
            ],
        )
    ),
    "the validation": tuple(f"dynamodb:{name}" for name in (*_LOOKS, "Query")),
}
