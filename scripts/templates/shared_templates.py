"""The stacks of a service in one environment that are no table's: what its tables share, and dashboards beyond the first."""

from collections.abc import Sequence
from typing import Any

from scripts import names
from scripts.model import Alarm, DesiredTable
from scripts.monitoring.alarm_settings import AlarmSettings
from scripts.monitoring.dashboard import dashboard_name
from scripts.monitoring.notify import notify, runbook
from scripts.monitoring.service_monitoring import more_dashboards, service_dashboards
from scripts.monitoring.usage import Expected, in_all, traffic
from scripts.monitoring.wanted_alarms import service_alarms
from scripts.patterns_of import patterns_by_table
from scripts.project.services import Service
from scripts.settings.deployment_file import Environment
from scripts.templates.template import service_template

SERVICE = "service"  # the file name of the template that every environment has


def account_alarms(service: Service, environment: Environment, states: Sequence[DesiredTable]) -> tuple[Alarm, ...]:
    """The alarms of a service in an environment that are no table's: for its template, and for the comparison with what there is.

    They are set as those of a table that nothing is said about.
    """
    return service_alarms(
        environment.name,
        service.name,
        notify(environment.name, service.name, environment.alarm_topics),
        runbook(service.name, service.repository),
        AlarmSettings.of(service.settings.of(environment.name, "")),
        _expected_requests(service, environment),
        states,
        environment.backups,
    )


def _expected_requests(service: Service, environment: Environment) -> Expected:
    """The requests of all tables of a service in an environment, as far as they are known."""
    patterns = patterns_by_table(service.contract.access_patterns)
    each = (
        traffic(service.settings.of(environment.name, table.name), table, patterns.get(table.name, ()))
        for table in service.contract.tables
    )
    return in_all(found.get("", ()) for found in each)


def shared_templates(
    service: Service, environment: Environment, states: Sequence[DesiredTable]
) -> dict[str, dict[str, Any]]:
    """File name without ending to template, in the order in which they are deployed."""
    repository = service.repository
    alarms = account_alarms(service, environment, states)
    dashboards = service_dashboards(service.name, environment.name, states, repository, alarms)
    return {
        SERVICE: service_template(service.name, environment, states, alarms, repository, dashboards),
        **more_dashboards(service.name, environment.name, states, repository, dashboards),
    }


def shared_stacks(
    service: Service, environment: Environment, states: Sequence[DesiredTable]
) -> dict[str, dict[str, Any]]:
    """The same by the names of the stacks."""
    templates = shared_templates(service, environment, states)
    return {stack_name(service.name, environment.name, stem): template for stem, template in templates.items()}


def stack_name(service: str, environment: str, template: str) -> str:
    """The stack of one of these templates, by its file name without ending."""
    if template == SERVICE:
        return names.service_stack(environment, service)
    return dashboard_name(environment, service, int(template.rpartition("-")[2]))
