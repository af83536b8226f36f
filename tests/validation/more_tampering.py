"""More ways to make one thing differ, of both services: for fixes that the first service alone cannot need."""

import json
from typing import Any

from tests.local_aws.support import client, settle
from tests.validation.deployment import POLICY, STACK, Deployed
from tests.validation.tampering import (
    FEED,
    ORDERS_STACK,
    PEOPLE,
    Case,
    Way,
    _plan,
    _selection,
    call,
    kinesis,
    no_alarm,
    put_alarm,
    selection_gone,
    table,
    tagging,
    topic,
    topic_back,
)

DEPOT = STACK.replace("-shop", "-depot")
DEPOT_TOPIC = f"{DEPOT}-alarms"
OTHERS = [f"shared {name} encryption of the alarm topic mismatch" for name in (PEOPLE, FEED)]
ALIAS = f"alias/{STACK}"
BY_DAY = {"IndexName": "ByDay", "KeySchema": [{"AttributeName": "day", "KeyType": "HASH"}]}
WHOLE = {"ProjectionType": "ALL"}
UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
nothing: Way = lambda _: None  # noqa: E731


def made(id: str, operation: str, service: str = "kms", parameter: str = "KeyId", stack: str = STACK) -> Way:
    """A call about a resource that a stack has made."""

    def change(_: Deployed) -> None:
        found = client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId=id)
        physical = found["StackResourceDetail"]["PhysicalResourceId"]
        getattr(client(service), operation)(**{parameter: physical})

    return change


def ledger_index(*updates: dict[str, Any]) -> Way:
    """Changes of the indexes of Ledger, one after the other."""

    def change(_: Deployed) -> None:
        for update in updates:
            definitions = [
                {"AttributeName": "id", "AttributeType": "S"},
                {"AttributeName": "day", "AttributeType": "N"},
            ]
            more = {"AttributeDefinitions": definitions} if "Create" in update else {}
            client("dynamodb").update_table(TableName="Ledger", GlobalSecondaryIndexUpdates=[update], **more)
            settle("Ledger")

    return change


NO_INDEX = {"Delete": {"IndexName": "ByDay"}}


def ledger_index_again(**more: Any) -> dict[str, Any]:
    return {"Create": {**BY_DAY, "Projection": WHOLE, "ProvisionedThroughput": UNITS, **more}}


def selection_changed(deployed: Deployed) -> None:
    tags = [{"ConditionType": "STRINGEQUALS", "ConditionKey": "BackupPlan", "ConditionValue": "another"}]
    selection_gone(deployed)
    client("backup").create_backup_selection(
        BackupPlanId=_plan(), BackupSelection={**_selection(deployed), "ListOfTags": tags}
    )


def plan_gone(deployed: Deployed) -> None:
    selection_gone(deployed)
    client("backup").delete_backup_plan(BackupPlanId=_plan())


def template(stack: str, *path: str, value: Any) -> Way:
    """Something of a deployed template changed by an update of someone else."""

    def change(_: Deployed) -> None:
        cloudformation = client("cloudformation")
        body = json.loads(json.dumps(cloudformation.get_template(StackName=stack)["TemplateBody"]))
        first = next(iter(body["Resources"].values()))
        first["Metadata"] = {"Note": " ".join(path)}  # a deletion policy or an output alone is no change
        *folders, last = path
        inside = body
        for folder in folders:
            inside = inside[folder]
        inside[last] = value
        cloudformation.update_stack(StackName=stack, TemplateBody=json.dumps(body), Capabilities=["CAPABILITY_IAM"])
        cloudformation.get_waiter("stack_update_complete").wait(StackName=stack, WaiterConfig={"Delay": 0.05})

    return change


def carts_maximum(units: int) -> Way:
    limits = {"MaxReadRequestUnits": units, "MaxWriteRequestUnits": units}
    return table("update_table", "Carts", OnDemandThroughput=limits)


def scaling_call(operation: str, **more: Any) -> Way:
    return call(
        "application-autoscaling",
        operation,
        ServiceNamespace="dynamodb",
        ResourceId="table/Books",
        ScalableDimension="dynamodb:table:ReadCapacityUnits",
        **more,
    )


MORE: dict[str, Case] = {
    "stream that nobody wants": (
        table("update_table", "Carts", StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}),
        nothing,
        ["Carts stream mismatch"],
    ),
    "time to live that nobody wants": (
        table("update_time_to_live", "Carts", TimeToLiveSpecification={"Enabled": True, "AttributeName": "it's, a=b"}),
        nothing,
        ["Carts time to live mismatch"],
    ),
    "Contributor Insights that nobody wants": (
        table("update_contributor_insights", "Carts", ContributorInsightsAction="ENABLE"),
        nothing,
        ["Carts Contributor Insights mismatch"],
    ),
    "maximum that nobody wants": (carts_maximum(10), nothing, ["Carts on-demand maximum mismatch"]),
    "resource policy that nobody wants": (
        tagging("put_resource_policy", "Carts", Policy=json.dumps(POLICY).replace("Orders", "Carts")),
        nothing,
        ["Carts resource policy mismatch"],
    ),
    "encryption with a key of AWS": (
        table("update_table", "Books", SSESpecification={"Enabled": False}),
        nothing,
        ["Books encryption mismatch"],
    ),
    "scaling policy gone": (
        scaling_call("delete_scaling_policy", PolicyName="Books-read-scaling"),
        nothing,
        ["Books auto scaling mismatch"],
    ),
    "scaling target gone": (scaling_call("deregister_scalable_target"), nothing, ["Books auto scaling mismatch"]),
    "auto scaling that nobody wants": (
        call(
            "application-autoscaling",
            "register_scalable_target",
            ServiceNamespace="dynamodb",
            ResourceId="table/Carts",
            ScalableDimension="dynamodb:table:WriteCapacityUnits",
            MinCapacity=5,
            MaxCapacity=9,
        ),
        nothing,
        ["Carts auto scaling mismatch"],
    ),
    "key of the alarms disabled": (made("AlarmKey", "disable_key"), made("AlarmKey", "enable_key"), OTHERS),
    "key of the alarms not rotated": (made("AlarmKey", "disable_key_rotation"), nothing, OTHERS),
    "key of the alarms going": (made("AlarmKey", "schedule_key_deletion"), nothing, OTHERS),
    "key of the tables going": (
        made("TableKey", "schedule_key_deletion"),
        nothing,
        [f"shared {ALIAS} key of the tables mismatch"],
    ),
    "alias gone": (
        call("kms", "delete_alias", AliasName=ALIAS),
        nothing,
        [f"shared {ALIAS} key of the tables mismatch", "Orders encryption unknown"],
    ),
    "vault locked": (
        call("backup", "put_backup_vault_lock_configuration", BackupVaultName=STACK, MinRetentionDays=1),
        nothing,
        [f"shared {STACK} backup vault mismatch"],
    ),
    "vault no longer locked": (
        call("backup", "delete_backup_vault_lock_configuration", BackupVaultName=DEPOT),
        nothing,
        [f"shared {DEPOT} backup vault mismatch"],
    ),
    "backup selection of something else": (
        selection_changed,
        nothing,
        [
            f"shared {STACK} backup selection mismatch",
            *(f"{name} backup coverage mismatch" for name in ("Orders", "Books", "Carts")),
        ],
    ),
    "backup plan gone": (
        plan_gone,
        nothing,
        [f"shared {STACK} backup plan mismatch", f"shared {STACK} backup selection mismatch"],
    ),
    "replace policy": (
        template(ORDERS_STACK, "Resources", "Table", "UpdateReplacePolicy", value="Delete"),
        nothing,
        ["Orders UpdateReplacePolicy of Table mismatch"],
    ),
    "deletion policy of what is shared": (
        template(STACK, "Resources", "AlarmTopic", "DeletionPolicy", value="Delete"),
        nothing,
        ["shared DeletionPolicy of AlarmTopic mismatch"],
    ),
    "output": (
        template(ORDERS_STACK, "Outputs", "TableName", "Value", value="Another"),
        nothing,
        ["Orders stack output TableName mismatch"],
    ),
    "alarm of the account gone": (
        no_alarm(f"{STACK}-user-errors"),
        put_alarm(f"{STACK}-user-errors"),
        [f"shared {STACK}-user-errors existence mismatch"],
    ),
    "on-demand by hand": (
        table("update_table", "Ledger", BillingMode="PAY_PER_REQUEST"),
        nothing,
        ["Ledger billing mode mismatch", "Ledger provisioned capacity mismatch"],
    ),
    "protected by hand": (
        table("update_table", "Ledger", DeletionProtectionEnabled=True),
        nothing,
        ["Ledger deletion protection mismatch"],
    ),
    "encrypted by hand": (
        table("update_table", "Ledger", SSESpecification={"Enabled": True, "SSEType": "KMS"}),
        nothing,
        ["Ledger encryption mismatch"],
    ),
    "Kinesis stream off": (
        kinesis("disable_kinesis_streaming_destination", "Ledger", "ledger"),
        nothing,
        ["Ledger Kinesis stream mismatch"],
    ),
    "index of a provisioned table": (
        ledger_index(NO_INDEX),
        nothing,
        [
            "Ledger ByDay existence mismatch",
            "Ledger provisioned capacity mismatch",
            "Ledger auto scaling mismatch",
            "Ledger warm throughput mismatch",
        ],
    ),
    "index of a provisioned table with other keys": (
        ledger_index(NO_INDEX, ledger_index_again(KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])),
        nothing,
        ["Ledger ByDay key schema mismatch", "Ledger warm throughput mismatch"],
    ),
    "warm throughput lost": (
        ledger_index(NO_INDEX, ledger_index_again()),
        nothing,
        ["Ledger warm throughput mismatch"],
    ),
    "topic with another key": (
        topic(DEPOT_TOPIC, "KmsMasterKeyId", "alias/aws/sns"),
        topic_back(DEPOT_TOPIC, "KmsMasterKeyId"),
        [f"shared {DEPOT_TOPIC} encryption of the alarm topic mismatch"],
    ),
}
