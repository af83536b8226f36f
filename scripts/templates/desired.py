"""From the contract and the settings to the desired state of each table in an environment."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from scripts.capacity.economics import resolve_capacity
from scripts.limits import TEMPLATE_BYTES
from scripts.model import AccessPattern, ContractTable, DesiredTable
from scripts.monitoring import usage
from scripts.monitoring.alarm_settings import AlarmSettings
from scripts.monitoring.notify import notify, runbook
from scripts.monitoring.wanted_alarms import Watch, table_alarms
from scripts.patterns_of import patterns_by_table, patterns_of
from scripts.project.services import Service
from scripts.properties import PROPERTIES, DesiredSetting, Property
from scripts.properties.exceptions import exceptions
from scripts.settings.deployment_file import Environment
from scripts.templates.template import table_template, to_json

TEMPLATE_MAX = TEMPLATE_BYTES.most - 1_000  # with room for what is added later


def table_states(service: Service, environment: Environment) -> tuple[DesiredTable, ...]:
    """The desired state of every table of a service in an environment, in the order of the contract."""
    by_table = patterns_by_table(service.contract.access_patterns)
    return tuple(
        _table_state(service, environment, table, by_table.get(table.name, ())) for table in service.contract.tables
    )


def table_state(service: Service, environment: Environment, table: ContractTable) -> DesiredTable:
    """The desired state of one table."""
    return _table_state(service, environment, table, patterns_of(service.contract.access_patterns, table.name))


def _table_state(
    service: Service, environment: Environment, table: ContractTable, patterns: Sequence[AccessPattern]
) -> DesiredTable:
    stated = service.settings.of(environment.name, table.name)
    settings = resolve_capacity(stated, table, patterns, environment.region)
    wanted = DesiredSetting(settings, table, environment, service.name)
    name = environment.table_prefix + table.name
    state = DesiredTable(
        name=name,
        keys=table.keys,
        indexes=table.indexes,
        local_indexes=table.local_indexes,
        exceptions=exceptions(settings),
        **{property.field: _desired(property, wanted) for property in PROPERTIES},
    )
    room = TEMPLATE_MAX - len(to_json(table_template(state, service.name, environment.name)).encode())
    return replace(state, alarms=table_alarms(_watch(service, environment, table, state, patterns), room))


def _desired(property: Property[Any], wanted: DesiredSetting) -> Any:
    try:
        return property.desired(wanted)
    except KeyError as error:
        setting = error.args[0]
        if setting in wanted.settings:
            raise
        raise LookupError(
            f'The property "{property.name}" reads the setting {setting}, which deployment.yaml does not have: add it to '
            "settingsProperties in contracts/deployment.schema.json, with its default."
        ) from None


def _watch(
    service: Service,
    environment: Environment,
    table: ContractTable,
    state: DesiredTable,
    patterns: Sequence[AccessPattern],
) -> Watch:
    """What the alarms of a table are made from."""
    settings = service.settings.of(environment.name, table.name)
    return Watch(
        state=state,
        notify=notify(environment.name, service.name, environment.alarm_topics),
        runbook=runbook(service.name, service.repository),
        settings=AlarmSettings.of(settings),
        traffic=usage.traffic(settings, table, patterns),
        peak=usage.peak_units(settings, table, patterns),
    )
