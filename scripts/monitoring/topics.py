"""How alarms reach people: the topics, their encryption and their policy, as CloudFormation resources."""

from collections.abc import Sequence
from typing import Any

from scripts import names
from scripts.monitoring.notify import Notify

KEPT = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
CREATE, NONE = "create", "none"  # else the ARN of a key whose policy lets CloudWatch use it
CLOUDWATCH = {"Service": "cloudwatch.amazonaws.com"}
THIS_ACCOUNT = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def topic_resources(
    notify: Notify, emails: Sequence[str], tags: Sequence[dict[str, str]], encryption: str = CREATE
) -> dict[str, dict[str, Any]]:
    """The topics that are ours, who may publish to them, who is subscribed, and the key that encrypts them.

    A topic with the AWS managed key of SNS would lose every alarm without a word: CloudWatch may not use that key, and
    its policy cannot be changed (AWS re:Post, cloudwatch-configure-alarm-sns).
    """
    ours = {"AlarmTopic": notify.people, "AlarmFeedTopic": notify.feed}
    named = {id: topics[0] for id, topics in ours.items() if topics and not topics[0].startswith("arn:")}
    key: dict[str, Any] = {}
    if encryption != NONE and named:
        key = {"KmsMasterKeyId": {"Ref": "AlarmKey"} if encryption == CREATE else encryption}
    resources: dict[str, dict[str, Any]] = {"AlarmKey": _key(tags)} if key and encryption == CREATE else {}
    for id, name in named.items():
        properties = {"TopicName": name, **key, "Tags": list(tags)}
        # Kept when other topics take its place: people have subscribed to it, and confirmed.
        resources[id] = {"Type": "AWS::SNS::Topic", **KEPT, "Properties": properties}
    for id in named:
        resources[f"{id}Policy"] = _policy(id)
    if "AlarmTopic" in named:
        for address in emails:
            resources[names.logical_id("AlarmEmail", address)] = {
                "Type": "AWS::SNS::Subscription",
                "Properties": {"TopicArn": {"Ref": "AlarmTopic"}, "Protocol": "email", "Endpoint": address},
            }
    return resources


def _policy(topic: str) -> dict[str, Any]:
    """Only CloudWatch publishes, and only for this account (CloudWatch user guide, Notify_Users_Alarm_Changes)."""
    statement = {
        "Sid": "AlarmsOfThisAccount",
        "Effect": "Allow",
        "Principal": CLOUDWATCH,
        "Action": "sns:Publish",
        "Resource": {"Ref": topic},
        "Condition": THIS_ACCOUNT,
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return {"Type": "AWS::SNS::TopicPolicy", "Properties": {"Topics": [{"Ref": topic}], "PolicyDocument": document}}


def _key(tags: Sequence[dict[str, str]]) -> dict[str, Any]:
    """A key that the account administers by IAM and that CloudWatch uses. It goes with its topics: nothing else needs it."""
    account = {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}
    statements = [
        {"Sid": "Account", "Effect": "Allow", "Principal": account, "Action": "kms:*", "Resource": "*"},
        {
            # Without a condition, as AWS has it: CloudWatch calls KMS itself, nobody states with which context, and a
            # refusal would show only in the alarm's history. Who may publish, the policy of the topic says.
            "Sid": "AlarmMessages",
            "Effect": "Allow",
            "Principal": CLOUDWATCH,
            "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
            "Resource": "*",
        },
        {
            "Sid": "GrantsOnlyForAwsServices",  # AWS Control Tower, CT.KMS.PR.3
            "Effect": "Deny",
            "Principal": "*",
            "Action": "kms:CreateGrant",
            "Resource": "*",
            "Condition": {"BoolIfExists": {"kms:GrantIsForAWSResource": "false", "aws:PrincipalIsAWSService": "false"}},
        },
    ]
    return {
        "Type": "AWS::KMS::Key",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "Description": "Encrypts the alarm messages of DynamoDB tables",
            "EnableKeyRotation": True,
            "PendingWindowInDays": 30,
            "KeyPolicy": {"Version": "2012-10-17", "Statement": statements},
            "Tags": list(tags),
        },
    }
