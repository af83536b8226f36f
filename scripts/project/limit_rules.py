"""Limits of AWS that an environment can reach as a whole: errors where AWS never raises them, else warnings."""

import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from scripts.capacity.economics import capacity_of
from scripts.capacity.sizing import TableCapacity
from scripts.folders import CONTRACT
from scripts.limits import ACCOUNT_UNITS, STACKS, TABLES, TEMPLATE_BYTES, TEMPLATE_RESOURCES
from scripts.model import DesiredTable
from scripts.monitoring.alarm_settings import AlarmSettings
from scripts.monitoring.wanted_alarms import dropped
from scripts.problems import WARNING, Breach, Problem, rule, rules_in
from scripts.project.services import Service
from scripts.text.rule_family import Family


class RenderedTemplate(NamedTuple):
    """A rendered template: its name, the size of what is submitted in bytes, and how many resources it has."""

    name: str
    size_bytes: int
    resources: int


class PlaceTotals(NamedTuple):
    """What all services together have in an account and Region, as it is rendered."""

    tables: int
    stacks: int


class Demand(NamedTuple):
    """What one environment asks of AWS: what is provisioned, and its templates. `place`: None where that was told already."""

    place: PlaceTotals | None
    provisioned: Sequence[TableCapacity]
    templates: Sequence[RenderedTemplate]
    dropped: Mapping[str, Sequence[str]] = MappingProxyType({})  # sections of alarms without room, by the table


@rule(
    "L001",
    f"A template has at most {TEMPLATE_BYTES.most:,} bytes",
    f"Template {{name}} has {{size:,}} bytes; inline it may have {TEMPLATE_BYTES.most:,}.",
    "Shorten the names of indexes, remove indexes, tags or the resource policy, or use on-demand capacity: it needs no "
    "auto scaling. Alarms have been reduced already.",
    "CloudFormation refuses a larger template that is sent inline.",
    source=TEMPLATE_BYTES.source,
)
def large_template(demand: Demand) -> Iterator[Breach]:
    for template in demand.templates:
        if template.size_bytes > TEMPLATE_BYTES.most:
            yield Breach(template.name, name=template.name, size=template.size_bytes)


@rule(
    "L002",
    f"A template has at most {TEMPLATE_RESOURCES.most} resources",
    f"Template {{name}} has {{count}} resources; at most {TEMPLATE_RESOURCES.most} are allowed.",
    "Remove alarms, or use on-demand capacity: it needs fewer.",
    "CloudFormation refuses more.",
    source=TEMPLATE_BYTES.source,
)
def many_resources(demand: Demand) -> Iterator[Breach]:
    for template in demand.templates:
        if template.resources > TEMPLATE_RESOURCES.most:
            yield Breach(template.name, name=template.name, count=template.resources)


@rule(
    "L003",
    f"An account has at most {TABLES.most:,} tables in a Region",
    f"The services have {{count:,}} tables in this account and Region; the quota of an account and Region is {TABLES.most:,}.",
    "Ask AWS to raise the quota, or use another account or Region.",
    "DynamoDB refuses more until the quota is raised.",
    severity=WARNING,
    source=TABLES.source,
)
def many_tables(demand: Demand) -> Iterator[Breach]:
    if demand.place and demand.place.tables > TABLES.most:
        yield Breach(count=demand.place.tables)


@rule(
    "L004",
    f"An account has at most {STACKS.most:,} stacks in a Region",
    f"The services need {{count:,}} stacks in this account and Region; the quota of an account and Region is {STACKS.most:,}.",
    "Ask AWS to raise the quota, or use another account or Region.",
    "Each table is a stack, and so is what they share. CloudFormation refuses more until the quota is raised.",
    severity=WARNING,
    source=TEMPLATE_BYTES.source,
)
def many_stacks(demand: Demand) -> Iterator[Breach]:
    if demand.place and demand.place.stacks > STACKS.most:
        yield Breach(count=demand.place.stacks)


@rule(
    "L005",
    f"All provisioned tables of an account have at most {ACCOUNT_UNITS.most:,} units in a Region",
    f"The {{kind}} capacity of all tables can reach {{units:,}}; the quota is {ACCOUNT_UNITS.most:,}.",
    "Lower maximums, use on-demand, or ask AWS to raise the quota.",
    "Auto scaling cannot go beyond it, and requests are throttled.",
    severity=WARNING,
    source=ACCOUNT_UNITS.source,
)
def many_units(demand: Demand) -> Iterator[Breach]:
    parts = [part for one in demand.provisioned for part in (one.table, *(index for _, index in one.indexes))]
    sums = {"read": sum(part.read.maximum for part in parts), "write": sum(part.write.maximum for part in parts)}
    for kind, units in sums.items():
        if units > ACCOUNT_UNITS.most:
            yield Breach(kind=kind, units=units)


@rule(
    "L006",
    "The template of a table has room for all of its alarms",
    "Table {table} goes without the alarms {sections}: there is no room in its template.",
    "Shorten the names of its indexes, or remove indexes; the page of the table says what is watched instead.",
    f"Alarms are dropped, those of the least use first, until a template has {TEMPLATE_BYTES.most:,} bytes.",
    severity=WARNING,
    source=TEMPLATE_BYTES.source,
)
def fewer_alarms(demand: Demand) -> Iterator[Breach]:
    for table, sections in demand.dropped.items():
        yield Breach(table, table=table, sections=", ".join(sections))


OF_ALL_SERVICES = (many_tables.id, many_stacks.id)
FAMILY = Family(
    "limits",
    "Limits of AWS",
    "What `make generate` holds every environment as a whole against, by id. What one table can exceed is checked by the "
    "rules of the [contract](contract.md) and of the [settings](settings.md).",
    "scripts/project/limit_rules.py",
    (rules_in(sys.modules[__name__]),),
)


def dropped_alarms(service: Service, environment: str, table: str, state: DesiredTable) -> tuple[str, ...]:
    """The sections of which a table should have alarms and has none, for want of room in its template."""
    settings = service.settings.of(environment, table)
    # Without any alarm it is a state in between: those that are essential are never dropped.
    return dropped(state, AlarmSettings.of(settings)) if state.alarms else ()


def limit_problems(
    contracts: Path,
    service: Service,
    environment: str,
    states: Mapping[str, DesiredTable],
    templates: Sequence[RenderedTemplate],
    told: Collection[str] = (),
    place: PlaceTotals | None = None,
) -> Iterator[Problem]:
    """What one environment of a service exceeds. `states`: by the names of the tables in the contract; `templates`: those of
    the tables, and of what they share; `told`: the tables of which another environment has said that alarms are dropped;
    `place`: what all services have where the environment is, None where another environment has told it.
    """
    lacking = {
        table: sections
        for table, state in states.items()
        if table not in told and (sections := dropped_alarms(service, environment, table, state))
    }
    provisioned = [found for state in states.values() if (found := capacity_of(state))]
    demand = Demand(place, provisioned, templates, lacking)
    for each in FAMILY.rules.values():
        for breach in each.check(demand) if each.check else ():
            path = " ".join(map(str, (environment, *breach.where)))
            yield each.problem(contracts / service.name / CONTRACT, path, **breach.facts)
