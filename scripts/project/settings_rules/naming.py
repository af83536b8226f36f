"""Names and places. Of tables, environments, and of what is in a Region."""

from collections.abc import Iterator

from scripts.problems import Breach, Rule, rule
from scripts.project.settings_rules.case import Case

TABLE_NAME_MAX = 255

UNKNOWN_TABLE = Rule(
    "S201",
    "Tables are those of the contract",
    'The contract has no table "{name}".',
    "{hint}",
    "The settings of a misspelt table would hold for no table.",
    "tables: {Order: {ttl: expires_at}}",
    "tables: {Orders: {ttl: expires_at}}",
)

SHARED_TABLE = Rule(
    "S206",
    "No two environments have the same table",
    "{what} to {other} (here: {here}).",
    "Give one of the two a table_prefix, or name the two accounts if they differ.",
    "The second deployment would find the table of the first.",
    "environments: {dev: {region: eu-west-1}, prod: {region: eu-west-1}}",
    "environments: {dev: {region: eu-west-1, table_prefix: dev-}, prod: {region: eu-west-1}}",
)

RESERVED_ENVIRONMENT = Rule(
    "S207",
    "No environment has a reserved name",
    'An environment cannot be called "{name}": {found}.',
    "Choose another name.",
    "The files of the environment would be among the pages of the tables; or nobody could check them out on Windows.",
    "environments: {tables: {region: eu-west-1}}",
    "environments: {prod: {region: eu-west-1}}",
)


ENVIRONMENT_ORDER = Rule(
    "S222",
    "Environments come after others of the same file, in at most three waves",
    "{found}",
    "{hint}",
    "An environment is offered for approval when those before it are deployed and validated. In a circle none would ever be.",
    "environments: {prod: {region: eu-west-1, after: [prod]}}",
    "environments: {test: {region: eu-west-2}, prod: {region: eu-west-1, after: [test]}}",
)


@rule(
    "S202",
    f"A table name has at most {TABLE_NAME_MAX} characters",
    f'"{{name}}" has {{count}} characters; a table name has at most {TABLE_NAME_MAX}.',
    "Shorten the prefix.",
    "DynamoDB refuses the table.",
    source="Amazon DynamoDB Developer Guide, Constraints, naming rules",
)
def long_table_name(case: Case) -> Iterator[Breach]:
    name = case.environment.table_prefix + case.table.name
    if len(name) > TABLE_NAME_MAX:
        yield Breach("table_prefix", name=name, count=len(name))


@rule(
    "S203",
    "Keys, streams and topics are in the Region of the environment",
    "The {what} is in {there}, but {environment} is in {here}.",
    "Name a {what} of {here} under environments.{environment}.",
    "What is in another Region cannot be used.",
    "environments: {prod: {region: eu-west-1, encryption: 'arn:aws:kms:us-east-1:...'}}",
    "environments: {prod: {region: eu-west-1, encryption: 'arn:aws:kms:eu-west-1:...'}}",
    source="DynamoDB, SSESpecification and KinesisStreamSpecification; CloudWatch, PutMetricAlarm, AlarmActions; SNS, KmsMasterKeyId",
)
def other_region(case: Case) -> Iterator[Breach]:
    here = case.environment
    named: list[tuple[str, str, tuple[str | int, ...]]] = [
        ("key", case.settings["encryption"], ("encryption",)),
        ("stream", case.settings["kinesis_stream"], ("kinesis_stream",)),
        ("key", here.alarm_encryption, ("alarm_encryption",)),
        *(("topic", topic, ("alarm_topics", number)) for number, topic in enumerate(here.alarm_topics)),
    ]
    for what, value, where in named:
        if value.startswith("arn:") and (there := value.split(":")[3]) != here.region:
            yield Breach(*where, what=what, there=there, environment=here.name, here=here.region)
