"""From the desired state to CloudFormation: plain dictionaries, dumped as YAML or compact JSON. Never text."""

import json
from typing import Any

import yaml

from scripts import names
from scripts.model import INCLUDE, Index, Keys, TableState
from scripts.monitoring.render import alarm_id, alarm_resource
from scripts.settings_source import Environment

VERSION = "2010-09-09"
HEADER = "# Generated from contracts/{service}/ by `make generate`. Do not edit: edit the contract or deployment.yaml instead.\n"


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    def ignore_aliases(self, _data: Any) -> bool:
        return True  # CloudFormation does not take YAML anchors


def to_yaml(template: dict[str, Any], service: str) -> str:
    """A template as the text of its file in `generated/`."""
    body = yaml.dump(template, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    return HEADER.format(service=service) + body


def to_json(template: dict[str, Any]) -> str:
    """The same content, compact, as it is submitted: an inline template may have 51,200 bytes (CloudFormation quotas)."""
    return json.dumps(template, separators=(",", ":"), ensure_ascii=False)


def table_template(state: TableState, service: str, environment: str) -> dict[str, Any]:
    """The stack of one table: the table and its alarms."""
    alarms = {alarm_id(alarm): alarm_resource(alarm) for alarm in state.alarms}
    return {
        "AWSTemplateFormatVersion": VERSION,
        "Description": f"DynamoDB table {state.name} of service {service} in environment {environment}",
        "Resources": {"Table": _table(state), **alarms},
        "Outputs": {
            "TableName": {"Description": "Name of the table", "Value": {"Ref": "Table"}},
            "TableArn": {"Description": "ARN of the table", "Value": {"Fn::GetAtt": ["Table", "Arn"]}},
        },
    }


def service_template(service: str, environment: Environment) -> dict[str, Any]:
    """The stack of what the tables of a service share in one environment: the topic that their alarms notify."""
    topic = names.alarm_topic(environment.name, service)
    statement = {
        "Sid": "AlarmsOfThisAccount",
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": {"Ref": "AlarmTopic"},
        "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
    }
    subscriptions = {
        names.logical_id("AlarmEmail", address): {
            "Type": "AWS::SNS::Subscription",
            "Properties": {"TopicArn": {"Ref": "AlarmTopic"}, "Protocol": "email", "Endpoint": address},
        }
        for address in environment.alarm_emails
    }
    tags = [{"Key": "Environment", "Value": environment.name}, {"Key": "Service", "Value": service}]
    return {
        "AWSTemplateFormatVersion": VERSION,
        "Description": f"What the DynamoDB tables of service {service} share in environment {environment.name}",
        "Resources": {
            "AlarmTopic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": topic, "Tags": tags}},
            "AlarmTopicPolicy": {
                "Type": "AWS::SNS::TopicPolicy",
                "Properties": {
                    "Topics": [{"Ref": "AlarmTopic"}],
                    "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
                },
            },
            **subscriptions,
        },
        "Outputs": {"AlarmTopicArn": {"Description": "ARN of the alarm topic", "Value": {"Ref": "AlarmTopic"}}},
    }


def index_definition(index: Index) -> dict[str, Any]:
    """A global secondary index as CloudFormation and the DynamoDB API write it."""
    included = {"NonKeyAttributes": list(index.included)} if index.projection == INCLUDE else {}
    return {
        "IndexName": index.name,
        "KeySchema": _key_schema(index.keys),
        "Projection": {"ProjectionType": index.projection, **included},
    }


def _table(state: TableState) -> dict[str, Any]:
    indexed = {key.name: key.type for keys in (state.keys, *(i.keys for i in state.indexes)) for key in keys.attributes}
    properties: dict[str, Any] = {
        "TableName": state.name,
        # Exactly the attributes of all keys: DynamoDB refuses a missing and an unused one alike.
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": type} for name, type in indexed.items()],
        "KeySchema": _key_schema(state.keys),
    }
    if state.indexes:
        properties["GlobalSecondaryIndexes"] = [index_definition(index) for index in state.indexes]
    properties |= {
        "BillingMode": state.billing,
        "TableClass": state.table_class,
        "DeletionProtectionEnabled": state.deletion_protection,
        "PointInTimeRecoverySpecification": {
            "PointInTimeRecoveryEnabled": bool(state.recovery_days),
            **({"RecoveryPeriodInDays": state.recovery_days} if state.recovery_days else {}),
        },
        "SSESpecification": _encryption(state.encryption),
    }
    if state.ttl_attribute:
        properties["TimeToLiveSpecification"] = {"AttributeName": state.ttl_attribute, "Enabled": True}
    properties["Tags"] = [{"Key": key, "Value": value} for key, value in state.tags]
    return {
        "Type": "AWS::DynamoDB::Table",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": properties,
    }


def _key_schema(keys: Keys) -> list[dict[str, str]]:
    kinds = [(key, "HASH") for key in keys.partition] + [(key, "RANGE") for key in keys.sort]
    return [{"AttributeName": key.name, "KeyType": kind} for key, kind in kinds]


def _encryption(key: str) -> dict[str, Any]:
    customer = {"KMSMasterKeyId": key} if key.startswith("arn:") else {}
    return {"SSEEnabled": True, "SSEType": "KMS", **customer}
