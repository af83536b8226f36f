"""From the desired state to CloudFormation: plain dictionaries, dumped as YAML or compact JSON. Never text."""

import functools
import json
from collections.abc import Sequence
from typing import Any

import yaml

from scripts import names
from scripts.model import INCLUDE, Alarm, DesiredTable, Index, Keys
from scripts.monitoring.alarm_resources import alarm_resources
from scripts.monitoring.dashboard import Dashboards
from scripts.monitoring.service_monitoring import monitoring_resources
from scripts.properties import PROPERTIES
from scripts.properties.scaling import scaling_resources
from scripts.settings.deployment_file import Environment
from scripts.templates.backup import backup_resources
from scripts.templates.encryption_key import key_outputs, key_resources

VERSION = "2010-09-09"
_COMPACT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)
YAML_WIDTH = 110  # columns, after which a long text is broken at a space
HEADER = "# Generated from contracts/{service}/ by `make generate`. Do not edit: edit the contract or deployment.yaml instead.\n"


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]  # in C where it was built
    """PyYAML's emitter, in C where it was built with libyaml; without anchors, which CloudFormation does not take."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    """A text of several lines line by line, so that a difference shows the line that differs."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def to_yaml(template: dict[str, Any], service: str) -> str:
    """A template as the text of its file in `generated/`."""
    text = yaml.dump(template, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=YAML_WIDTH)
    return HEADER.format(service=service) + text


def to_json(template: dict[str, Any]) -> str:
    """The same content, compact, as it is submitted: an inline template may have 51,200 bytes (CloudFormation quotas)."""
    return _COMPACT.encode(template)


def table_template(state: DesiredTable, service: str, environment: str) -> dict[str, Any]:
    """The stack of one table: the table and its alarms."""
    return {
        "AWSTemplateFormatVersion": VERSION,
        "Description": f"DynamoDB table {state.name} of service {service} in environment {environment}",
        "Resources": {"Table": _table(state), **scaling_resources(state), **alarm_resources(state.alarms)},
        "Outputs": {
            "TableName": {"Description": "Name of the table", "Value": {"Ref": "Table"}},
            "TableArn": {"Description": "ARN of the table", "Value": {"Fn::GetAtt": ["Table", "Arn"]}},
        },
    }


@functools.lru_cache(maxsize=1_000)
def _submitted(state: DesiredTable, service: str, environment: str) -> str:
    return to_json(table_template(state, service, environment))


def submitted_template(state: DesiredTable, service: str, environment: str) -> dict[str, Any]:
    """The stack of one table as CloudFormation tells it: what JSON makes of it. A plan asks for the same one several times."""
    return json.loads(_submitted(state, service, environment))


def service_template(
    service: str,
    environment: Environment,
    states: Sequence[DesiredTable] = (),
    alarms: Sequence[Alarm] = (),
    repository: str = "",
    dashboards: Dashboards | None = None,
) -> dict[str, Any]:
    """The stack of what the tables of a service share in one environment: alarm topics, alarms, dashboard, backup plan, key."""
    own_key = any(state.encryption == names.key_alias(environment.name, service) for state in states)
    monitoring = monitoring_resources(
        service,
        environment.name,
        states,
        alarms,
        emails=environment.alarm_emails,
        topics=environment.alarm_topics,
        encryption=environment.alarm_encryption,
        repository=repository,
        dashboards=dashboards,
    )
    topic = {"AlarmTopicArn": {"Description": "ARN of the alarm topic", "Value": {"Ref": "AlarmTopic"}}}
    return {
        "AWSTemplateFormatVersion": VERSION,
        "Description": f"What the DynamoDB tables of service {service} share in environment {environment.name}",
        "Resources": {
            **monitoring,
            **(key_resources(service, environment.name) if own_key else {}),
            **backup_resources(service, environment),
        },
        "Outputs": {
            **(topic if "AlarmTopic" in monitoring else {}),
            **(key_outputs(service, environment.name) if own_key else {}),
        },
    }


def index_definition(index: Index) -> dict[str, Any]:
    """A secondary index as CloudFormation and the DynamoDB API write it."""
    included = {"NonKeyAttributes": list(index.included)} if index.projection == INCLUDE else {}
    return {
        "IndexName": index.name,
        "KeySchema": _key_schema(index.keys),
        "Projection": {"ProjectionType": index.projection, **included},
    }


def _table(state: DesiredTable) -> dict[str, Any]:
    every = (state.keys, *(index.keys for index in (*state.indexes, *state.local_indexes)))
    indexed = {key.name: key.type for keys in every for key in keys.attributes}
    properties: dict[str, Any] = {
        "TableName": state.name,
        # Exactly the attributes of all keys: DynamoDB refuses a missing and an unused one alike.
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": type} for name, type in indexed.items()],
        "KeySchema": _key_schema(state.keys),
    }
    if state.indexes:
        properties["GlobalSecondaryIndexes"] = [_index(state, index) for index in state.indexes]
    if state.local_indexes:
        # They have no capacity and no settings of their own: all that is theirs is their definition.
        properties["LocalSecondaryIndexes"] = [index_definition(index) for index in state.local_indexes]
    for property in PROPERTIES:
        properties |= property.render(state)
    return {
        "Type": "AWS::DynamoDB::Table",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        **({"Metadata": {"Exceptions": dict(state.exceptions)}} if state.exceptions else {}),
        "Properties": properties,
    }


def _index(state: DesiredTable, index: Index) -> dict[str, Any]:
    definition = index_definition(index)
    for property in PROPERTIES:
        definition |= property.render_index(state, index.name)
    return definition


def _key_schema(keys: Keys) -> list[dict[str, str]]:
    kinds = [(key, "HASH") for key in keys.partition] + [(key, "RANGE") for key in keys.sort]
    return [{"AttributeName": key.name, "KeyType": kind} for key, kind in kinds]
