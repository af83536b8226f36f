"""One policy for each kind of user of a service's tables in one environment, and one for each table of which all uses are known."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from scripts.access import pattern_statements as access_patterns
from scripts.access.actions import ACTIONS, READ, WRITE
from scripts.access.arns import ArnScope, via_service
from scripts.access.documents import INDEXES, ITEMS, Condition, Grant, documents
from scripts.kept_parts import NOTHING_KEPT, KeptParts, of_family
from scripts.model import AccessPattern, ContractTable
from scripts.parts import ALWAYS_FIRST, Parts
from scripts.patterns_of import patterns_by_table

Tables = Sequence[tuple[ContractTable, str]]

# What is given where no access pattern tells more. No Scan: it reads, and costs, a whole table.
_QUERY = "dynamodb:Query"
_DESCRIBE_TABLE = "dynamodb:DescribeTable"  # clients read the key schema with it; it shows no item
_READ_ITEMS = ("dynamodb:BatchGetItem", "dynamodb:GetItem", _QUERY)
_WRITE_ITEMS = (
    "dynamodb:BatchWriteItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
)
_LEVELS: dict[str, tuple[str, ...]] = {"read-only": (READ,), "read-write": (READ, WRITE)}
_STREAM = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
_OPERATE_TABLE = (
    "dynamodb:CreateBackup",
    "dynamodb:DescribeContinuousBackups",
    "dynamodb:DescribeContributorInsights",
    "dynamodb:DescribeKinesisStreamingDestination",
    _DESCRIBE_TABLE,
    "dynamodb:DescribeTimeToLive",
    "dynamodb:GetResourcePolicy",
    "dynamodb:ListTagsOfResource",
)
_OPERATE_INDEX = ("dynamodb:DescribeContributorInsights",)
_OPERATE_BACKUPS = ("dynamodb:DescribeBackup",)
_OPERATE_ACCOUNT = (
    "application-autoscaling:DescribeScalableTargets",
    "application-autoscaling:DescribeScalingActivities",
    "application-autoscaling:DescribeScalingPolicies",
    "backup:ListBackupJobs",
    "backup:ListRecoveryPointsByResource",
    "cloudwatch:DescribeAlarmHistory",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:DescribeAlarmsForMetric",
    "cloudwatch:GetMetricData",
    "cloudwatch:GetMetricStatistics",
    "cloudwatch:ListDashboards",
    "cloudwatch:ListMetrics",
    "dynamodb:DescribeLimits",
    "dynamodb:ListBackups",
    "dynamodb:ListContributorInsights",
    "dynamodb:ListTables",
)
# A put may not answer with the item that it replaces. Developer Guide, "Using IAM policy conditions for fine-grained
# access control": the request has dynamodb:ReturnValues only when it states it.
_RETURN_NOTHING: Condition = (("StringEqualsIfExists", "dynamodb:ReturnValues", ("NONE",)),)

_STEM_MAX = 200  # leaves room in a file name of 255 bytes for what stands before and after


class Policies(NamedTuple):
    """The documents by their file names, in a fixed order, and the tables in the parts of each policy that is for all of them."""

    documents: dict[str, dict[str, Any]]
    parts: dict[str, Parts]


def policies(
    service: str,
    environment: str,
    region: str | None,
    account: str | None,
    tables: Tables,
    patterns: Sequence[AccessPattern],
    streams: Collection[str] = (),
    customer_keys: Mapping[str, str] | None = None,
    dashboards: Sequence[str] = (),
    kept: KeptParts = NOTHING_KEPT,
) -> Policies:
    """All policy documents for one service in one environment: those of `role_policies`, and that of each table that has one.

    The arguments are those of `role_policies`.
    """
    keys, by_table = customer_keys or {}, patterns_by_table(patterns)
    roles = role_policies(
        service, environment, region, account, tables, patterns, streams, customer_keys, dashboards, kept
    )
    found = dict(roles.documents)
    for table, name in tables:
        here = by_table.get(table.name, ())
        found |= table_policies(service, environment, region, account, table, name, here, keys.get(name, ""))
    return roles._replace(documents=found)


def role_policies(
    service: str,
    environment: str,
    region: str | None,
    account: str | None,
    tables: Tables,
    patterns: Sequence[AccessPattern],
    streams: Collection[str] = (),
    customer_keys: Mapping[str, str] | None = None,
    dashboards: Sequence[str] = (),
    kept: KeptParts = NOTHING_KEPT,
) -> Policies:
    """The policy documents for each kind of user of all tables.

    `tables` are the contract's tables with their names in AWS; `streams` the names in AWS of those with a stream, and
    `customer_keys` those encrypted with a customer managed key, with the full ARN of the key; `dashboards` the names of those
    that show the tables; `kept`: the parts that tables are in. A policy that would be too large for IAM goes on in `<name>+2`,
    `+3`, to be attached beside it; not every number is in use. Without Region or account the files end in `.template.json`.
    Raises ValueError for a key that is no ARN.
    """
    keys = dict(customer_keys or {})
    by_table = patterns_by_table(patterns)
    place = ArnScope(region, account)
    roles: dict[str, Mapping[str, Iterable[Grant]]] = {
        **{role: _items(role, tables, by_table, place, keys) for role in _LEVELS},
        "data-migration": _data_migration(tables, place, keys),
        "streams": _streams([name for _, name in tables if name in streams], place, keys),
        "operator": _operator(tables, dashboards, place, keys),
    }
    origin = _camel(service) + _camel(environment)
    found = {role: documents(origin, grants, of_family(kept, role)) for role, grants in roles.items()}
    named = {_file(role, part, place): d for role, made in found.items() for part, d in made.by_name.items()}
    return Policies(named, {role: made.parts for role, made in found.items()})


def table_policies(
    service: str,
    environment: str,
    region: str | None,
    account: str | None,
    table: ContractTable,
    name: str,
    patterns: Sequence[AccessPattern],
    key: str,
) -> dict[str, dict[str, Any]]:
    """The policy documents, by their file names, for whoever uses a table just as its access patterns say.

    None at all where they do not tell every use: an application that was given it would lack what the other patterns need.
    `name`: of the table in AWS; `patterns`: those of the table; `key`: the ARN of its customer managed key, if it has one.
    """
    if not access_patterns.all_known(patterns, table):
        return {}
    place = ArnScope(region, account)
    grants = _with_key(access_patterns.grants(patterns, place, name), name, {name: key} if key else {})
    found = documents(_camel(service) + _camel(environment), {name: grants})
    return {_file(f"patterns-{_stem(table.name)}", part, place): document for part, document in found.by_name.items()}


def _file(policy: str, part: str, place: ArnScope) -> str:
    return f"{policy}{f'+{part}' if part != '1' else ''}{'.json' if place.complete else '.template.json'}"


def _items(
    role: str,
    tables: Tables,
    by_table: Mapping[str, Sequence[AccessPattern]],
    place: ArnScope,
    keys: Mapping[str, str],
) -> dict[str, list[Grant]]:
    """Reading, or reading and writing items: where the patterns tell every use of a table, that; else the usual."""
    only = {name for name, action in ACTIONS.items() if action.level in _LEVELS[role]}
    usual = tuple(name for name in (*_READ_ITEMS, *_WRITE_ITEMS) if name in only)
    found = {}
    for table, name in tables:
        patterns = by_table.get(table.name, ())
        if access_patterns.all_known(patterns, table):
            used = access_patterns.grants(patterns, place, name, only)
        else:
            used = [Grant(ITEMS, usual, place.table(name))]
            indexes = (*table.indexes, *table.local_indexes)
            used += [Grant(INDEXES, (_QUERY,), place.index(name, index.name)) for index in indexes]
        found[name] = [Grant("Describe", (_DESCRIBE_TABLE,), place.table(name)), *_with_key(used, name, keys)]
    return found


def _data_migration(tables: Tables, place: ArnScope, keys: Mapping[str, str]) -> dict[str, list[Grant]]:
    """Filling tables, without seeing what stands in them."""
    found = {}
    for _, name in tables:
        table = place.table(name)
        load = Grant("Load", ("dynamodb:BatchWriteItem", _DESCRIBE_TABLE), table)
        found[name] = [load, *_with_key([Grant("Put", ("dynamodb:PutItem",), table, _RETURN_NOTHING)], name, keys)]
    return found


def _streams(names: Sequence[str], place: ArnScope, keys: Mapping[str, str]) -> dict[str, list[Grant]]:
    """Reading the changes of tables that have a stream."""
    of_tables = {name: list(_with_key([Grant("Streams", _STREAM, place.streams(name))], name, keys)) for name in names}
    return of_tables | ({ALWAYS_FIRST: [Grant("Account", ("dynamodb:ListStreams",), "*")]} if names else {})


def _operator(
    tables: Tables, dashboards: Sequence[str], place: ArnScope, keys: Mapping[str, str]
) -> dict[str, list[Grant]]:
    """Seeing settings, metrics, dashboards, alarms and backups, and making a backup; no item, and nothing that changes a table."""
    of_all = [Grant("Account", _OPERATE_ACCOUNT, "*")]
    of_all += [Grant("Dashboards", ("cloudwatch:GetDashboard",), place.dashboard(name)) for name in dashboards]
    found = {ALWAYS_FIRST: of_all} if tables else {}
    for table, name in tables:
        found[name] = [
            Grant("Tables", _OPERATE_TABLE, place.table(name)),
            *(Grant(INDEXES, _OPERATE_INDEX, place.index(name, index.name)) for index in table.indexes),
            Grant("Backups", _OPERATE_BACKUPS, place.backups(name)),
            *([Grant("Keys", ("kms:DescribeKey",), keys[name])] if name in keys else []),
        ]
    return found


def _with_key(grants: Sequence[Grant], name: str, keys: Mapping[str, str]) -> Iterator[Grant]:
    """The grants; with a customer managed key also its use, by DynamoDB only.

    Reads and writes alike make DynamoDB decrypt the table's key, and nothing else: AWS Key Management Service Developer
    Guide, "How Amazon DynamoDB uses AWS KMS"; https://github.com/aws/aws-cdk/issues/19531 for writes.
    """
    yield from grants
    if grants and name in keys:
        by_dynamodb: Condition = (("StringEquals", "kms:ViaService", via_service(keys[name])),)
        yield Grant("Key", ("kms:Decrypt",), keys[name], by_dynamodb)


def _camel(name: str) -> str:
    """A name as letters and digits only, as a Sid must be: `prod-eu-west-1` is `ProdEuWest1`."""
    letters = "".join(c if c.isascii() and c.isalnum() else " " for c in name)
    return "".join(word[0].upper() + word[1:] for word in letters.split())


def _stem(table: str) -> str:
    """A table's name, shortened when it is too long for a file name, with a hash that keeps it unique."""
    if len(table) <= _STEM_MAX:
        return table
    return f"{table[: _STEM_MAX - 9]}-{hashlib.sha256(table.encode()).hexdigest()[:8]}"
