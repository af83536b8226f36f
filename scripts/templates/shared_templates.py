"""The stacks of a service in one environment that are no table's: what its tables share, and dashboards beyond the first."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from scripts import names
from scripts.kept_parts import DASHBOARD, of_family
from scripts.model import Alarm, DesiredTable
from scripts.monitoring.alarm_settings import AlarmSettings
from scripts.monitoring.dashboard import dashboard_name
from scripts.monitoring.notify import notify, runbook
from scripts.monitoring.service_monitoring import more_dashboards, service_dashboards
from scripts.monitoring.usage import Expected, in_all, traffic
from scripts.monitoring.wanted_alarms import service_alarms
from scripts.parts import Parts
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


class SharedTemplates(NamedTuple):
    """File name without ending to template, in the order in which they are deployed; and the tables on each dashboard."""

    templates: dict[str, dict[str, Any]]
    dashboards: Parts


def shared_templates(service: Service, environment: Environment, states: Sequence[DesiredTable]) -> SharedTemplates:
    """What the tables of a service share in an environment."""
    repository = service.repository
    alarms = account_alarms(service, environment, states)
    kept = of_family(service.kept_parts.get(environment.name, {}), DASHBOARD)
    dashboards = service_dashboards(service.name, environment.name, states, repository, alarms, kept)
    templates = {
        SERVICE: service_template(service.name, environment, states, alarms, repository, dashboards),
        **more_dashboards(service.name, environment.name, states, repository, dashboards),
    }
    return SharedTemplates(templates, dashboards.parts)


def shared_stacks(
    service: Service, environment: Environment, states: Sequence[DesiredTable]
) -> dict[str, dict[str, Any]]:
    """The same by the names of the stacks."""
    templates = shared_templates(service, environment, states).templates
    return {stack_name(service.name, environment.name, stem): template for stem, template in templates.items()}


def stack_name(service: str, environment: str, template: str) -> str:
    """The stack of one of these templates, by its file name without ending."""
    if template == SERVICE:
        return names.service_stack(environment, service)
    return dashboard_name(environment, service, int(template.rpartition("-")[2]))
