"""The stacks of a service in one environment that are no table's: what its tables share, and dashboards beyond the first."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from scripts import names
from scripts.kept_parts import DASHBOARD, of_family
from scripts.model import AccessPattern, Alarm, ContractTable, DesiredTable
from scripts.monitoring.alarm_settings import AlarmSettings
from scripts.monitoring.dashboard import NO_ROOMS, Rooms, Wanted, dashboard_name
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


class Known(NamedTuple):
    """What is known of each table already. `requests`: in the order of the contract; `rooms` and `wanted`: as `make_dashboards` has them."""

    requests: Sequence[Sequence[Expected]] | None = None
    rooms: Rooms = NO_ROOMS
    wanted: Wanted | None = None


NOTHING_KNOWN = Known()


def account_alarms(
    service: Service, environment: Environment, states: Sequence[DesiredTable], known: Known = NOTHING_KNOWN
) -> tuple[Alarm, ...]:
    """The alarms of a service in an environment that are no table's: for its template, and for the comparison with what there is.

    They are set as those of a table that nothing is said about.
    """
    return service_alarms(
        environment.name,
        service.name,
        notify(environment.name, service.name, environment.alarm_topics),
        runbook(service.name, service.repository),
        AlarmSettings.of(service.settings.of(environment.name, "")),
        in_all(_requests(service, environment) if known.requests is None else known.requests),
        states,
        environment.backups,
    )


def _requests(service: Service, environment: Environment) -> Iterator[Sequence[Expected]]:
    patterns = patterns_by_table(service.contract.access_patterns)
    for table in service.contract.tables:
        yield expected_requests(service, environment, table, patterns.get(table.name, ()))


def expected_requests(
    service: Service, environment: Environment, table: ContractTable, patterns: Sequence[AccessPattern]
) -> Sequence[Expected]:
    """The reads and writes that a table gets in an environment; nothing where neither is known. `patterns`: those of the table."""
    return traffic(service.settings.of(environment.name, table.name), table, patterns).get("", ())


class SharedTemplates(NamedTuple):
    """File name without ending to template, in the order in which they are deployed; and the tables on each dashboard."""

    templates: dict[str, dict[str, Any]]
    dashboards: Parts


def shared_templates(
    service: Service, environment: Environment, states: Sequence[DesiredTable], known: Known = NOTHING_KNOWN
) -> SharedTemplates:
    """What the tables of a service share in an environment; of the dashboards beyond the first those that are wanted."""
    repository = service.repository
    alarms = account_alarms(service, environment, states, known)
    kept = of_family(service.kept_parts.get(environment.name, {}), DASHBOARD)
    dashboards = service_dashboards(
        service.name, environment.name, states, repository, alarms, kept, rooms=known.rooms, wanted=known.wanted
    )
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
