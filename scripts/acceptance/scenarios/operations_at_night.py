"""What only shows while a table is in use: alarms, keys, restores."""

from collections import Counter
from typing import Any

from botocore.exceptions import ClientError

from scripts.acceptance.every_setting import attributes, table
from scripts.acceptance.scenario import Observations, scenario
from scripts.acceptance.stack import table_properties
from scripts.acceptance.trial import Trial

ALARMS = "Alarms and backups"
KEYS = "Permissions and keys"
NOBODYS = "999999999999"  # an account that is not the sandbox
ITEM = {"id": {"S": "1"}, "text": {"S": "x" * 9_000}}  # 9 write units
BURST = 100  # items in each attempt
REST = 15  # minutes after which every alarm has looked at its metrics


@scenario(
    "at-rest",
    ALARMS,
    "An alarm whose metrics never had data comes to rest in OK: metric math over `FILL` gives 0, and a Metrics Insights query finds none.",
    REST,
    base=True,
    long=True,
)
def at_rest(trial: Trial) -> Observations:
    trial.pass_time(REST)
    pages = trial.client("cloudwatch").get_paginator("describe_alarms")
    if trial.local:
        trial.local.evaluate_alarms(region=trial.aws.region)
    states = Counter(
        alarm["StateValue"]
        for page in pages.paginate(
            AlarmNamePrefix=trial.environment("create"), AlarmTypes=["MetricAlarm", "CompositeAlarm"]
        )
        for kind in ("MetricAlarms", "CompositeAlarms")
        for alarm in page.get(kind, ())
        if "-AlarmHigh-" not in alarm["AlarmName"] and "-AlarmLow-" not in alarm["AlarmName"]
    )
    yield "states", ", ".join(f"{state}: {number}" for state, number in sorted(states.items()))


@scenario(
    "alarm-fires",
    ALARMS,
    "The alarm of a table of one unit fires when its writes are throttled, and so does the composite alarm above it.",
    15,
    1,
    stacks=2,
    tables=1,
    long=True,
)
def alarm_fires(trial: Trial) -> Observations:
    limits = {"min": 1, "max": 1}
    settings = {"Orders": {"billing": "provisioned", "capacity": {"read": limits, "write": limits}}}
    keys = attributes(id="S", a="S")
    indexed = table("Orders", attributes=keys, gsis=[{"index_name": "By-a", "pk": "a"}])
    service = trial.service("fires", [indexed], tables=settings)
    yield "deployment", service.deploy()
    name = service.table("Orders")
    watched = [f"{name}-throttled", f"{name}-unhealthy"]

    def look() -> dict[str, str] | None:
        _throttle(trial, name)
        cloudwatch = trial.client("cloudwatch")
        found = cloudwatch.describe_alarms(AlarmNames=watched, AlarmTypes=["MetricAlarm", "CompositeAlarm"])
        states = {a["AlarmName"]: a["StateValue"] for kind in ("MetricAlarms", "CompositeAlarms") for a in found[kind]}
        return states if set(states.values()) == {"ALARM"} else None

    states = trial.until(look, "the alarm", 25)
    for each in watched:
        yield each.removeprefix(f"{name}-"), states.get(each, "missing")


def _throttle(trial: Trial, name: str) -> None:
    """Write more than a table takes. On the local AWS, where nothing is throttled, say so in its metrics."""
    if trial.local:
        values = [(minute, 100.0) for minute in range(30)]
        metric, dimension = "WriteThrottleEvents", {"TableName": name}
        trial.local.put_metrics("AWS/DynamoDB", metric, dimension, values, region=trial.aws.region)
        trial.local.evaluate_alarms(region=trial.aws.region)
        return
    for _ in range(BURST):
        try:
            trial.once("dynamodb").put_item(TableName=name, Item=ITEM)
        except ClientError as error:
            if "Throughput" not in str(error) and "Throttling" not in str(error):
                raise


@scenario(
    "key-disabled",
    KEYS,
    "A customer's key that is disabled while a table uses it is told, and what the validation prints enables it again.",
    4,
    1,
    stacks=2,
    tables=1,
)
def key_disabled(trial: Trial) -> Observations:
    environment, kms = trial.environment("key"), trial.client("kms")
    tags = [{"TagKey": "Environment", "TagValue": environment}]
    key = kms.create_key(Description="of a trial", Tags=tags)["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName=f"alias/dynamodb-{environment}", TargetKeyId=key)
    service = trial.service("key", [table("Orders")], tables={"Orders": {"encryption": key}})
    yield "deployment", service.deploy()
    yield "differences", service.problems()
    kms.disable_key(KeyId=key)
    report = service.validate()
    yield "differences with a disabled key", service.problems(report).replace(key, "KEY")
    yield "fixes", service.mend(report)
    yield "differences afterwards", service.problems()


@scenario(
    "key-refused",
    KEYS,
    "A table is refused with a key that does not exist, one of another account that does not share it, a disabled one, and one for signatures.",
    2,
    1,
    tables=1,
)
def key_refused(trial: Trial) -> Observations:
    environment, kms, arn = trial.environment("keyrefused"), trial.client("kms"), trial.aws.arn("kms")
    tags = [{"TagKey": "Environment", "TagValue": environment}]
    disabled = kms.create_key(Description="of a trial", Tags=tags)["KeyMetadata"]["Arn"]
    kms.disable_key(KeyId=disabled)
    signing = kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC", Description="of a trial", Tags=tags)
    nothing = f"{arn}:key/00000000-0000-4000-8000-000000000000"
    for what, key in (
        ("one that does not exist", nothing),
        ("one of another account", nothing.replace(trial.aws.account, NOBODYS)),
        ("a disabled one", disabled),
        ("one for signatures", signing["KeyMetadata"]["Arn"]),
    ):
        encryption = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}
        tagged = [{"Key": "Environment", "Value": environment}]
        request = table_properties(f"{environment}-Orders", SSESpecification=encryption, Tags=tagged)
        yield what, trial.refusal("dynamodb", "create_table", **request)


@scenario(
    "restore",
    ALARMS,
    "A restore drill from a point in time ends with equal items. How long a restore takes on AWS is in the log.",
    40,
    5,
    stacks=2,
    tables=2,
    long=True,
)
def restore(trial: Trial) -> Observations:
    service = trial.service("restore", [table("Orders")])
    yield "deployment", service.deploy()
    for number in range(5):
        item = {"id": {"S": str(number)}, "text": {"S": "x"}}
        trial.client("dynamodb").put_item(TableName=service.table("Orders"), Item=item)
    trial.pass_time(10)  # the latest moment lies 5 minutes back
    yield "drill", service.drill("Orders")
    yield "differences", service.problems()


@scenario(
    "insights",
    ALARMS,
    "The listing of Contributor Insights of the whole account has a table that was switched on, with its mode.",
    1,
    base=True,
)
def insights(trial: Trial) -> Observations:
    name = trial.base.table("Books")
    found: list[dict[str, Any]] = []
    more: dict[str, str] = {}
    while True:
        page = trial.client("dynamodb").list_contributor_insights(**more)
        found += [each for each in page["ContributorInsightsSummaries"] if each["TableName"] == name]
        if "NextToken" not in page:
            break
        more = {"NextToken": page["NextToken"]}
    yield "entries", str(len(found))
    for each in found:
        yield "status and mode", f"{each['ContributorInsightsStatus']} {each.get('ContributorInsightsMode', 'none')}"
