"""What the shared stacks of a service are to hold: read from their templates, which are what gets deployed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from scripts import names
from scripts.model import Alarm, DesiredTable
from scripts.monitoring.notify import Notify, notify
from scripts.observe.aws import Aws
from scripts.project.services import Service
from scripts.settings.deployment_file import Environment
from scripts.templates.shared_templates import account_alarms, shared_stacks


@dataclass(frozen=True)
class SharedResources:
    """The shared part of a service in an environment, as it is wanted."""

    service: Service
    environment: Environment
    states: tuple[DesiredTable, ...]

    @cached_property
    def templates(self) -> dict[str, dict[str, Any]]:
        """The name of each shared stack, that of the service first, to its template."""
        return shared_stacks(self.service, self.environment, self.states)

    @cached_property
    def alarms(self) -> tuple[Alarm, ...]:
        """The alarms that are no table's."""
        return account_alarms(self.service, self.environment, self.states)

    @property
    def notify(self) -> Notify:
        """The topics that alarms notify."""
        return notify(self.environment.name, self.service.name, self.environment.alarm_topics)

    @property
    def stack(self) -> str:
        """The stack of the service."""
        return names.service_stack(self.environment.name, self.service.name)

    @property
    def vault(self) -> str:
        """The name of the backup vault, plan and selection; empty where no backups are wanted."""
        return names.backup_vault(self.environment.name, self.service.name) if self.environment.backups else ""

    def resources(self, type: str) -> Iterator[dict[str, Any]]:
        """The properties of every resource of a type."""
        for template in self.templates.values():
            yield from (r["Properties"] for r in template["Resources"].values() if r["Type"] == type)

    def dashboards(self, aws: Aws) -> dict[str, Any]:
        """The name of each dashboard to its wanted body, with the pseudo parameters of CloudFormation filled in."""
        return {
            board["DashboardName"]: json.loads(resolve(board["DashboardBody"], pseudo_parameters(aws)))
            for board in self.resources("AWS::CloudWatch::Dashboard")
        }


def wanted_shared(service: Service, environment: Environment, states: Sequence[DesiredTable]) -> SharedResources:
    """What the shared stacks of a service are to hold, for the comparison with what there is."""
    return SharedResources(service, environment, tuple(states))


def pseudo_parameters(aws: Aws) -> dict[str, str]:
    """What CloudFormation puts in the place of its pseudo parameters."""
    _, partition, _, region, account = aws.arn("cloudwatch").split(":")
    return {"AWS::Region": region, "AWS::Partition": partition, "AWS::AccountId": account}


def resolve(value: Any, values: Mapping[str, str]) -> Any:
    """A part of a template as CloudFormation resolves it. `values`: of pseudo parameters, and of resources that it refers to."""
    if isinstance(value, list):
        return [resolve(each, values) for each in value]
    if not isinstance(value, dict):
        return value
    if "Ref" in value:
        return values[value["Ref"]]
    if "Fn::Sub" in value:
        text = value["Fn::Sub"]
        for name, known in values.items():
            text = text.replace(f"${{{name}}}", known)
        return text.replace("${!", "${")
    return {key: resolve(each, values) for key, each in value.items()}
