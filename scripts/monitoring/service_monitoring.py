"""What the tables of a service share for their monitoring in one environment, as resources of CloudFormation."""

from collections.abc import Mapping, Sequence
from typing import Any

from scripts.model import Alarm, DesiredTable
from scripts.monitoring.alarm_resources import alarm_resources
from scripts.monitoring.dashboard import Dashboards, make_dashboards
from scripts.monitoring.notify import notify, runbook
from scripts.monitoring.topics import CREATE, topic_resources
from scripts.parts import NOTHING


def service_dashboards(
    service: str,
    environment: str,
    states: Sequence[DesiredTable],
    repository: str = "",
    alarms: Sequence[Alarm] = (),
    kept: Mapping[str, int] = NOTHING,
    **known: Any,
) -> Dashboards:
    """The dashboards of a service: the first is in its own template, each other in one of its own.

    `alarms`: those of `wanted_alarms.service_alarms`; `kept`: where each table is; `known`: as `make_dashboards` takes it.
    """
    return make_dashboards(service, environment, states, runbook(service, repository), alarms, kept, **known)


def monitoring_resources(
    service: str,
    environment: str,
    states: Sequence[DesiredTable],
    alarms: Sequence[Alarm] = (),
    *,
    emails: Sequence[str] = (),
    topics: Sequence[str] = (),
    encryption: str = CREATE,
    repository: str = "",
    dashboards: Dashboards | None = None,
) -> dict[str, dict[str, Any]]:
    """Topics, the alarms of the service, and the first dashboard: for the service's own template.

    `alarms`: those of `wanted_alarms.service_alarms`. `topics`: ARNs of existing topics, which then are notified instead of one of ours. `encryption`: `create` a key,
    `none`, or the ARN of a key. `repository`: its address, so that dashboards link to the runbook.
    `dashboards`: those of `service_dashboards`, where they have been made already.
    """
    tags = [{"Key": "Environment", "Value": environment}, {"Key": "Service", "Value": service}]
    told = notify(environment, service, tuple(topics))
    return {
        **topic_resources(told, emails, tags, encryption),
        **alarm_resources(alarms),
        **(dashboards or service_dashboards(service, environment, states, repository, alarms)).resources[1],
    }


def more_dashboards(
    service: str,
    environment: str,
    states: Sequence[DesiredTable],
    repository: str = "",
    dashboards: Dashboards | None = None,
) -> dict[str, dict[str, Any]]:
    """The dashboards that do not fit into the service's template: file name without ending to the template.

    Empty for all but large services. Each one is a stack of its own, named as `dashboard.dashboard_name` says.
    """
    found = dashboards or service_dashboards(service, environment, states, repository)
    return {
        f"dashboard-{number}": {
            "AWSTemplateFormatVersion": "2010-09-09",
            "Description": f"Dashboard {number} of the DynamoDB tables of service {service} in environment {environment}",
            "Resources": resources,
        }
        for number, resources in found.resources.items()
        if number > 1
    }
