"""From the contract and the settings to the desired state of each table in an environment."""

from scripts import names
from scripts.model import ContractTable, TableState
from scripts.monitoring.alarms import table_alarms
from scripts.project import Service
from scripts.settings_source import Environment


def table_states(service: Service, environment: Environment) -> tuple[TableState, ...]:
    """The desired state of every table of a service in an environment, in the order of the contract."""
    return tuple(table_state(service, environment, table) for table in service.contract.tables)


def table_state(service: Service, environment: Environment, table: ContractTable) -> TableState:
    """The desired state of one table."""
    settings = service.settings.of(environment.name, table.name)
    tags = {**settings["tags"], "Service": service.name, "Environment": environment.name}
    name = environment.table_prefix + table.name
    topic = names.alarm_topic(environment.name, service.name)
    return TableState(
        name=name,
        keys=table.keys,
        indexes=table.indexes,
        index_status=tuple((index.name, "ACTIVE") for index in table.indexes),
        table_class=settings["table_class"],
        recovery_days=settings["point_in_time_recovery_days"],
        encryption=settings["encryption"],
        ttl_attribute=settings["ttl"],
        tags=tuple(sorted(tags.items())),
        alarms=table_alarms(name, [index.name for index in table.indexes], settings["throttle_alarm_threshold"], topic),
    )
