"""Ways to make one thing differ from what was deployed, each with the way back and what a validation must say."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.local_aws.support import client, settle
from tests.validation.deployment import EMAIL, POLICY, STACK, Deployed

Way = Callable[[Deployed], Any]
Case = tuple[Way, Way, list[str]]  # there, back, and the findings
PEOPLE, FEED = f"{STACK}-alarms", f"{STACK}-alarms-feed"
ORDERS_STACK = f"{STACK}-Orders"
OPEN = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "Update:*", "Resource": "*"}]})


def call(service: str, operation: str, **request: Any) -> Way:
    """A call of the API."""
    return lambda _: getattr(client(service), operation)(**request)


def steps(*ways: Way) -> Way:
    """Several in turn."""

    def run(deployed: Deployed) -> None:
        for way in ways:
            way(deployed)

    return run


def table(operation: str, name: str = "Orders", **request: Any) -> Way:
    return steps(call("dynamodb", operation, TableName=name, **request), lambda _: settle(name))


def tagging(operation: str, name: str = "Orders", **request: Any) -> Way:
    return call("dynamodb", operation, ResourceArn=f"arn:aws:dynamodb:eu-west-1:111122223333:table/{name}", **request)


def ttl(enabled: bool, attribute: str = "expires_at") -> Way:
    return table("update_time_to_live", TimeToLiveSpecification={"Enabled": enabled, "AttributeName": attribute})


def recovery(**given: Any) -> Way:
    return table("update_continuous_backups", PointInTimeRecoverySpecification=given)


def insights(action: str) -> Way:
    mode = {"ContributorInsightsMode": "THROTTLED_KEYS"} if action == "ENABLE" else {}
    return table("update_contributor_insights", "Books", ContributorInsightsAction=action, **mode)


def index(name: str, keys: list[dict[str, str]], projection: dict[str, Any], **types: str) -> Way:
    """Begin to create an index of Orders. It is there at once, unless the clock of the local AWS says otherwise."""

    def create(_: Deployed) -> None:
        known = client("dynamodb").describe_table(TableName="Orders")["Table"]["AttributeDefinitions"]
        definitions = {d["AttributeName"]: d["AttributeType"] for d in known} | types
        client("dynamodb").update_table(
            TableName="Orders",
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in definitions.items()],
            GlobalSecondaryIndexUpdates=[{"Create": {"IndexName": name, "KeySchema": keys, "Projection": projection}}],
        )

    return create


def no_index(name: str) -> Way:
    return table("update_table", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": name}}])


BY_STATUS = [{"AttributeName": "status", "KeyType": "HASH"}, {"AttributeName": "placed_at", "KeyType": "RANGE"}]
WHOLE = {"ProjectionType": "ALL"}
start_by_status = index("ByStatus", BY_STATUS, WHOLE, status="S", placed_at="N")
start_by_nobody = index("ByNobody", [{"AttributeName": "nobody", "KeyType": "HASH"}], WHOLE, nobody="S")
by_status = steps(start_by_status, lambda _: settle("Orders"))


def _alarm(deployed: Deployed, name: str) -> dict[str, Any]:
    """An alarm as it was deployed, as the request that makes it again."""
    cloudwatch = client("cloudwatch")
    kinds = ["MetricAlarm", "CompositeAlarm"]
    found = _before(deployed, "cloudwatch", "describe_alarms", AlarmNames=[name], AlarmTypes=kinds)
    ((operation, alarm),) = [("PutMetricAlarm", a) for a in found["MetricAlarms"]] + [
        ("PutCompositeAlarm", a) for a in found["CompositeAlarms"]
    ]
    known = cloudwatch.meta.service_model.operation_model(operation).input_shape.members
    return {key: value for key, value in alarm.items() if key in known}


def put_alarm(name: str, **changes: Any) -> Way:
    def put(deployed: Deployed) -> None:
        request = _alarm(deployed, name) | changes
        kind = "put_composite_alarm" if "AlarmRule" in request else "put_metric_alarm"
        getattr(client("cloudwatch"), kind)(**request)

    return put


def no_alarm(name: str) -> Way:
    def delete(deployed: Deployed) -> None:
        _alarm(deployed, name)
        client("cloudwatch").delete_alarms(AlarmNames=[name])

    return delete


def topic(name: str, attribute: str, value: str) -> Way:
    arn = f"arn:aws:sns:eu-west-1:111122223333:{name}"
    return call("sns", "set_topic_attributes", TopicArn=arn, AttributeName=attribute, AttributeValue=value)


def _before(deployed: Deployed, service: str, operation: str, **request: Any) -> dict[str, Any]:
    """An answer as it was when it was first asked for: before anything was changed."""
    asked = json.dumps([service, operation, request])
    if asked not in deployed.before:
        deployed.before[asked] = getattr(client(service), operation)(**request)
    return deployed.before[asked]


def topic_back(name: str, attribute: str) -> Way:
    arn = f"arn:aws:sns:eu-west-1:111122223333:{name}"
    return lambda d: topic(
        name, attribute, _before(d, "sns", "get_topic_attributes", TopicArn=arn)["Attributes"][attribute]
    )(d)


def remember_topic(name: str) -> Way:
    arn = f"arn:aws:sns:eu-west-1:111122223333:{name}"
    return lambda deployed: _before(deployed, "sns", "get_topic_attributes", TopicArn=arn)


def topic_gone(deployed: Deployed) -> None:
    remember_topic(FEED)(deployed)
    client("sns").delete_topic(TopicArn=f"arn:aws:sns:eu-west-1:111122223333:{FEED}")


def topic_again(deployed: Deployed) -> None:
    client("sns").create_topic(Name=FEED)
    for attribute in ("Policy", "KmsMasterKeyId"):
        topic_back(FEED, attribute)(deployed)


def unsubscribe(_: Deployed) -> None:
    arn = f"arn:aws:sns:eu-west-1:111122223333:{PEOPLE}"
    for found in client("sns").list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]:
        client("sns").unsubscribe(SubscriptionArn=found["SubscriptionArn"])


def dashboard(body: str) -> Way:
    return call("cloudwatch", "put_dashboard", DashboardName=STACK, DashboardBody=body)


def dashboard_changed(deployed: Deployed) -> None:
    body = json.loads(_before(deployed, "cloudwatch", "get_dashboard", DashboardName=STACK)["DashboardBody"])
    body["widgets"] = body["widgets"][:-1]
    dashboard(json.dumps(body))(deployed)


def dashboard_gone(deployed: Deployed) -> None:
    _before(deployed, "cloudwatch", "get_dashboard", DashboardName=STACK)
    client("cloudwatch").delete_dashboards(DashboardNames=[STACK])


def dashboard_back(deployed: Deployed) -> None:
    dashboard(_before(deployed, "cloudwatch", "get_dashboard", DashboardName=STACK)["DashboardBody"])(deployed)


def key(operation: str) -> Way:
    def change(_: Deployed) -> None:
        found = client("kms").describe_key(KeyId=f"alias/{STACK}")["KeyMetadata"]["KeyId"]
        getattr(client("kms"), operation)(KeyId=found)

    return change


def their_key(operation: str) -> Way:
    return lambda deployed: getattr(client("kms"), operation)(KeyId=deployed.key)


def _plan() -> str:
    plans = client("backup").list_backup_plans()["BackupPlansList"]
    return next(plan["BackupPlanId"] for plan in plans if plan["BackupPlanName"] == STACK)


def plan(days: int) -> Way:
    def update(_: Deployed) -> None:
        found = client("backup").get_backup_plan(BackupPlanId=_plan())["BackupPlan"]
        rules = [
            {
                **{k: v for k, v in rule.items() if k in ("RuleName", "TargetBackupVaultName", "ScheduleExpression")},
                "Lifecycle": {"DeleteAfterDays": days},
            }
            for rule in found["Rules"]
        ]
        backup = {"BackupPlanName": found["BackupPlanName"], "Rules": rules}
        client("backup").update_backup_plan(BackupPlanId=_plan(), BackupPlan=backup)

    return update


def _selection(deployed: Deployed) -> dict[str, Any]:
    plan = {"BackupPlanId": _plan()}
    (entry,) = _before(deployed, "backup", "list_backup_selections", **plan)["BackupSelectionsList"]
    found = _before(deployed, "backup", "get_backup_selection", **plan, SelectionId=entry["SelectionId"])
    return found["BackupSelection"]


def selection_gone(deployed: Deployed) -> None:
    _selection(deployed)
    (entry,) = client("backup").list_backup_selections(BackupPlanId=_plan())["BackupSelectionsList"]
    client("backup").delete_backup_selection(BackupPlanId=_plan(), SelectionId=entry["SelectionId"])


def selection_back(deployed: Deployed) -> None:
    client("backup").create_backup_selection(BackupPlanId=_plan(), BackupSelection=_selection(deployed))


def scaling(maximum: int) -> Way:
    return call(
        "application-autoscaling",
        "register_scalable_target",
        ServiceNamespace="dynamodb",
        ResourceId="table/Books",
        ScalableDimension="dynamodb:table:ReadCapacityUnits",
        MinCapacity=5,
        MaxCapacity=maximum,
    )


def suspended(state: bool) -> Way:
    return call(
        "application-autoscaling",
        "register_scalable_target",
        ServiceNamespace="dynamodb",
        ResourceId="table/Books",
        ScalableDimension="dynamodb:table:WriteCapacityUnits",
        SuspendedState={"DynamicScalingOutSuspended": state},
    )


def capacity(units: int) -> Way:
    return table("update_table", "Books", ProvisionedThroughput={"ReadCapacityUnits": units, "WriteCapacityUnits": 5})


def billing(mode: str) -> Way:
    units = (
        {"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}} if mode == "PROVISIONED" else {}
    )
    return table("update_table", "Carts", BillingMode=mode, **units)


def kinesis(operation: str, name: str = "Orders", stream: str = "orders") -> Way:
    def change(_: Deployed) -> None:
        streams = client("kinesis")
        if stream not in streams.list_streams()["StreamNames"]:
            streams.create_stream(StreamName=stream, ShardCount=1)
        arn = streams.describe_stream(StreamName=stream)["StreamDescription"]["StreamARN"]
        getattr(client("dynamodb"), operation)(TableName=name, StreamArn=arn)

    return change


def protection(on: bool, stack: str) -> Way:
    return call("cloudformation", "update_termination_protection", StackName=stack, EnableTerminationProtection=on)


def stack_policy(stack: str, body: str = "") -> Way:
    def put(_: Deployed) -> None:
        from scripts.comparison.stack_expectations import POLICY as FILE

        client("cloudformation").set_stack_policy(StackName=stack, StackPolicyBody=body or FILE.read_text())

    return put


def deletion_policy(value: str, stack: str = ORDERS_STACK) -> Way:
    """A deletion policy of the deployed template, carried by other metadata."""

    def change(_: Deployed) -> None:
        cloudformation = client("cloudformation")
        body = json.loads(json.dumps(cloudformation.get_template(StackName=stack)["TemplateBody"]))
        body["Resources"]["Table"] |= {"DeletionPolicy": value}
        if body["Resources"]["Table"].pop("Metadata", None) is None:
            body["Resources"]["Table"]["Metadata"] = {"Note": "by hand"}
        cloudformation.update_stack(StackName=stack, TemplateBody=json.dumps(body), Capabilities=["CAPABILITY_IAM"])
        cloudformation.get_waiter("stack_update_complete").wait(StackName=stack, WaiterConfig={"Delay": 0.05})

    return change


COVERED = {"Key": "BackupPlan", "Value": STACK}
LIMIT = {"MaxReadRequestUnits": 4000, "MaxWriteRequestUnits": 2000}
# In an order in which they do not undo each other: new limits of auto scaling, say, move the capacity.
CASES: dict[str, Case] = {
    "recovery off": (
        recovery(PointInTimeRecoveryEnabled=False),
        recovery(PointInTimeRecoveryEnabled=True, RecoveryPeriodInDays=14),
        ["Orders point-in-time recovery mismatch"],
    ),
    "recovery shorter": (
        recovery(PointInTimeRecoveryEnabled=True, RecoveryPeriodInDays=3),
        recovery(PointInTimeRecoveryEnabled=True, RecoveryPeriodInDays=14),
        ["Orders point-in-time recovery mismatch"],
    ),
    "deletion protection": (
        table("update_table", DeletionProtectionEnabled=False),
        table("update_table", DeletionProtectionEnabled=True),
        ["Orders deletion protection mismatch"],
    ),
    "table class": (
        table("update_table", TableClass="STANDARD_INFREQUENT_ACCESS"),
        table("update_table", TableClass="STANDARD"),
        ["Orders table class mismatch"],
    ),
    "tag": (
        tagging("untag_resource", TagKeys=["Team"]),
        tagging("tag_resource", Tags=[{"Key": "Team", "Value": "shop"}]),
        ["Orders tags mismatch"],
    ),
    "tag of the backup": (
        tagging("untag_resource", "Carts", TagKeys=["BackupPlan"]),
        tagging("tag_resource", "Carts", Tags=[COVERED]),
        ["Carts tags mismatch", "Carts backup coverage mismatch"],
    ),
    "time to live off": (ttl(False), ttl(True), ["Orders time to live mismatch"]),
    "time to live by another attribute": (
        steps(ttl(False), ttl(True, "until")),
        steps(ttl(False, "until"), ttl(True)),
        ["Orders time to live mismatch"],
    ),
    "encryption": (
        table("update_table", SSESpecification={"Enabled": False}),
        table(
            "update_table",
            SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": f"alias/{STACK}"},
        ),
        ["Orders encryption mismatch"],
    ),
    "stream": (
        table("update_table", StreamSpecification={"StreamEnabled": False}),
        table("update_table", StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}),
        ["Orders stream mismatch"],
    ),
    "Kinesis stream": (
        kinesis("enable_kinesis_streaming_destination"),
        kinesis("disable_kinesis_streaming_destination"),
        ["Orders Kinesis stream mismatch"],
    ),
    "Contributor Insights": (insights("DISABLE"), insights("ENABLE"), ["Books Contributor Insights mismatch"]),
    "resource policy gone": (
        tagging("delete_resource_policy"),
        tagging("put_resource_policy", Policy=json.dumps(POLICY)),
        ["Orders resource policy mismatch"],
    ),
    "resource policy wider": (
        tagging("put_resource_policy", Policy=json.dumps(POLICY).replace("GetItem", "PutItem")),
        tagging("put_resource_policy", Policy=json.dumps(POLICY)),
        ["Orders resource policy mismatch"],
    ),
    "on-demand maximum": (
        table("update_table", OnDemandThroughput={"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": 2000}),
        table("update_table", OnDemandThroughput=LIMIT),
        ["Orders on-demand maximum mismatch"],
    ),
    "billing": (billing("PROVISIONED"), billing("PAY_PER_REQUEST"), ["Carts billing mode mismatch"]),
    "scaling limit": (scaling(40), scaling(50), ["Books auto scaling mismatch"]),
    "capacity": (capacity(1), capacity(5), ["Books provisioned capacity mismatch"]),
    "index missing": (no_index("ByStatus"), by_status, ["Orders ByStatus existence mismatch"]),
    "index too many": (
        start_by_nobody,
        no_index("ByNobody"),
        ["Orders ByNobody existence mismatch"],
    ),
    "index keys": (
        steps(no_index("ByStatus"), index("ByStatus", BY_STATUS[:1], WHOLE, status="S")),
        steps(no_index("ByStatus"), by_status),
        ["Orders ByStatus key schema mismatch"],
    ),
    "index projection": (
        steps(
            no_index("ByStatus"),
            index("ByStatus", BY_STATUS, {"ProjectionType": "KEYS_ONLY"}, status="S", placed_at="N"),
        ),
        steps(no_index("ByStatus"), by_status),
        ["Orders ByStatus projection mismatch"],
    ),
    "alarms missing": (
        # CloudWatch deletes no alarm that a composite alarm names.
        steps(no_alarm("Orders-unhealthy"), no_alarm("Orders/ByBook-throttled")),
        steps(put_alarm("Orders/ByBook-throttled"), put_alarm("Orders-unhealthy")),
        [
            "Orders Orders/ByBook-throttled existence mismatch",
            "Orders Orders-unhealthy existence mismatch",
        ],
    ),
    "alarm silent": (
        call("cloudwatch", "disable_alarm_actions", AlarmNames=["Orders-throttled"]),
        call("cloudwatch", "enable_alarm_actions", AlarmNames=["Orders-throttled"]),
        ["Orders Orders-throttled enabled mismatch"],
    ),
    "alarm blind": (
        put_alarm("Carts-throttled", Threshold=1000000),
        put_alarm("Carts-throttled", Threshold=10),
        ["Carts Carts-throttled threshold mismatch"],
    ),
    "alarm on something else": (
        put_alarm("Carts-Query-latency", Namespace="Shop/Own", Unit="Count"),
        put_alarm("Carts-Query-latency"),
        ["Carts Carts-Query-latency namespace mismatch", "Carts Carts-Query-latency unit mismatch"],
    ),
    "alarm kept silent by another": (
        put_alarm(
            "Books-unhealthy",
            ActionsSuppressor="Carts-unhealthy",
            ActionsSuppressorWaitPeriod=60,
            ActionsSuppressorExtensionPeriod=60,
        ),
        put_alarm("Books-unhealthy"),
        ["Books Books-unhealthy suppressor mismatch"],
    ),
    "scaling suspended": (
        suspended(True),
        suspended(False),
        ["Books auto scaling mismatch"],
    ),
    "capacity above the maximum": (capacity(51), capacity(5), ["Books provisioned capacity mismatch"]),
    "alarm that tells nobody": (
        steps(lambda deployed: _alarm(deployed, "Carts-unhealthy"), put_alarm("Carts-unhealthy", AlarmActions=[])),
        put_alarm("Carts-unhealthy"),
        ["Carts Carts-unhealthy actions mismatch"],
    ),
    "topic gone": (topic_gone, topic_again, [f"shared {FEED} alarm topic mismatch"]),
    "topic policy": (
        steps(remember_topic(PEOPLE), topic(PEOPLE, "Policy", OPEN)),
        topic_back(PEOPLE, "Policy"),
        [f"shared {PEOPLE} policy of the alarm topic mismatch"],
    ),
    "topic in the clear": (
        steps(remember_topic(PEOPLE), topic(PEOPLE, "KmsMasterKeyId", "")),
        topic_back(PEOPLE, "KmsMasterKeyId"),
        [f"shared {PEOPLE} encryption of the alarm topic mismatch"],
    ),
    "unsubscribed": (
        unsubscribe,
        call(
            "sns",
            "subscribe",
            TopicArn=f"arn:aws:sns:eu-west-1:111122223333:{PEOPLE}",
            Protocol="email",
            Endpoint=EMAIL,
        ),
        [f"shared {EMAIL} e-mail subscription mismatch"],
    ),
    "dashboard changed": (dashboard_changed, dashboard_back, [f"shared {STACK} dashboard mismatch"]),
    "dashboard gone": (dashboard_gone, dashboard_back, [f"shared {STACK} dashboard mismatch"]),
    "key disabled": (key("disable_key"), key("enable_key"), [f"shared alias/{STACK} key of the tables mismatch"]),
    "key not rotated": (
        key("disable_key_rotation"),
        key("enable_key_rotation"),
        [f"shared alias/{STACK} key of the tables mismatch"],
    ),
    "their key disabled": (
        their_key("disable_key"),
        their_key("enable_key"),
        ["shared {key} key of the tables mismatch"],
    ),
    "backup plan": (plan(30), plan(90), [f"shared {STACK} backup plan mismatch"]),
    "backup selection": (selection_gone, selection_back, [f"shared {STACK} backup selection mismatch"]),
    "backup vault": (
        call("backup", "delete_backup_vault", BackupVaultName=STACK),
        call("backup", "create_backup_vault", BackupVaultName=STACK),
        [f"shared {STACK} backup vault mismatch"],
    ),
    "stack of a table unprotected": (
        protection(False, ORDERS_STACK),
        protection(True, ORDERS_STACK),
        ["Orders termination protection mismatch"],
    ),
    "shared stack unprotected": (
        protection(False, STACK),
        protection(True, STACK),
        ["shared termination protection mismatch"],
    ),
    "deletion policy": (
        deletion_policy("Delete"),
        deletion_policy("Retain"),
        ["Orders DeletionPolicy of Table mismatch"],
    ),
    "stack policy": (stack_policy(ORDERS_STACK, OPEN), stack_policy(ORDERS_STACK), ["Orders stack policy mismatch"]),
    "shared stack policy": (stack_policy(STACK, OPEN), stack_policy(STACK), ["shared stack policy mismatch"]),
}


# Words of findings that touch the same thing.
APART = {
    "ByStatus": "ByStatus",
    "ByDay": "Ledger",
    "Ledger warm": "Ledger",
    "backup selection": "backups",
    "backup coverage": "backups",
    "Policy of": "template",
    "stack output": "template",
}


def _touched(lines: list[str]) -> set[str]:
    """What a case changes, so that no two of a batch change the same or hide each other."""
    shared = [thing for word, thing in APART.items() if any(word in line for line in lines)]
    capacity = [line.split()[0] for line in lines if "billing" in line or "maximum" in line or "capacity" in line]
    return {*lines, *shared, *capacity}


def batches(cases: Mapping[str, Case] = CASES) -> list[list[str]]:
    """All cases, as many at once as do not get in each other's way: a validation costs more than a change."""
    found: list[tuple[set[str], list[str]]] = []
    for case, (_, _, lines) in cases.items():
        touched = _touched(lines)
        fitting = next((batch for batch in found if not batch[0] & touched), None)
        if fitting is None:
            fitting = (set(), [])
            found.append(fitting)
        fitting[0].update(touched)
        fitting[1].append(case)
    return [cases for _, cases in found]
