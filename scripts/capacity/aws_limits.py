"""Limits of AWS that the tables of one environment can reach, and what to do about each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from scripts.capacity.sizing import ASK_AWS, FLOOR, TABLE_QUOTA, Capacity, TableCapacity
from scripts.model import INCLUDE, ContractTable


class Limit(NamedTuple):
    """A limit: what it counts, its value, whether AWS raises it on request, and the AWS text that it is from."""

    what: str
    value: int
    adjustable: bool
    source: str


_QUOTAS = "Amazon DynamoDB Developer Guide, ServiceQuotas"
_CLOUDFORMATION = "AWS CloudFormation User Guide, cloudformation-limits"
LIMITS: Mapping[str, Limit] = {
    "indexes": Limit("global secondary indexes per table", 20, True, _QUOTAS),
    "projected": Limit("projected attributes over all indexes of a table", 100, False, _QUOTAS),
    "tables": Limit("tables per account and Region", 2_500, True, _QUOTAS),
    "table_units": Limit("read or write units per second of a table or an index", TABLE_QUOTA, True, _QUOTAS),
    "account_units": Limit("provisioned read or write units of all tables", 80_000, True, _QUOTAS),
    "floor": Limit("units of a provisioned table or index, at least", FLOOR, False, _QUOTAS),
    "target_low": Limit("target utilisation in percent, at least", 20, False, "Developer Guide, AutoScaling"),
    "target_high": Limit("target utilisation in percent, at most", 90, False, "Developer Guide, AutoScaling"),
    "template_bytes": Limit("bytes of a template that is sent inline", 51_200, False, _CLOUDFORMATION),
    "resources": Limit("resources per template", 500, False, _CLOUDFORMATION),
    "stacks": Limit("stacks per account and Region", 2_000, True, _CLOUDFORMATION),
}


class LimitProblem(NamedTuple):
    """A limit that is exceeded: its key in LIMITS, what exceeds it (a table, a template, or empty), and the sentences."""

    limit: str
    subject: str
    message: str
    fix: str

    def __str__(self) -> str:
        return f"{self.message} {self.fix}"


class Template(NamedTuple):
    """A rendered template: its name, the size of what is submitted in bytes, and how many resources it has."""

    name: str
    size_bytes: int
    resources: int


def problems(
    tables: Sequence[ContractTable],
    capacities: Mapping[str, TableCapacity] | None = None,
    templates: Iterable[Template] = (),
    other_tables: int = 0,
    other_stacks: int = 1,
) -> tuple[LimitProblem, ...]:
    """The limits that one environment exceeds, tables first, then templates, then what counts in the whole account.

    `capacities`: of those tables that are provisioned, by their name. `other_tables` and `other_stacks` are what the
    same account and Region holds besides the tables and their stacks; by default one stack, that of the service.
    """
    provisioned = capacities or {}
    found = [problem for table in tables for problem in _of_table(table, provisioned.get(table.name))]
    found += [problem for template in templates for problem in _of_template(template)]
    found += _of_account(len(tables) + other_tables, len(tables) + other_stacks, provisioned)
    return tuple(found)


def _of_table(table: ContractTable, capacity: TableCapacity | None) -> Iterator[LimitProblem]:
    name = table.name
    if len(table.indexes) > LIMITS["indexes"].value:
        message = f"Table {name} has {len(table.indexes)} global secondary indexes; the quota is {_value('indexes')}."
        yield LimitProblem("indexes", name, message, "Remove indexes, or ask AWS to raise the quota before deploying.")
    indexes = (*table.indexes, *table.local_indexes)
    projected = sum(len(index.included) for index in indexes if index.projection == INCLUDE)
    if projected > LIMITS["projected"].value:
        message = (
            f"The indexes of table {name} project {projected} attributes; at most {_value('projected')} are allowed."
        )
        yield LimitProblem("projected", name, message, "Project fewer attributes, or ALL, which does not count.")
    if capacity is None:
        return
    for part, units in ((f"table {name}", capacity.table), *((f"index {i} of {name}", c) for i, c in capacity.indexes)):
        yield from _of_capacity(name, part, units)
    for message in capacity.warnings:
        yield LimitProblem("table_units", name, message, ASK_AWS)


def _of_capacity(name: str, part: str, units: Capacity) -> Iterator[LimitProblem]:
    low, high = LIMITS["target_low"].value, LIMITS["target_high"].value
    for what, scaling in (("read", units.read), ("write", units.write)):
        place = f"The {what} capacity of {part}"
        if scaling.minimum < LIMITS["floor"].value:
            message = f"{place} has a minimum of {scaling.minimum}; the least is {_value('floor')}."
            yield LimitProblem("floor", name, message, "Raise the minimum to 1.")
        if scaling.maximum < scaling.minimum:
            message = f"{place} has a maximum of {scaling.maximum:,}, less than its minimum of {scaling.minimum:,}."
            yield LimitProblem("floor", name, message, "Raise the maximum, or lower the minimum.")
        if scaling.maximum > LIMITS["table_units"].value:
            message = f"{place} has a maximum of {scaling.maximum:,}; the quota is {_value('table_units')}."
            yield LimitProblem(
                "table_units", name, message, "Lower it, or ask AWS to raise the quota before deploying."
            )
        if not low <= scaling.target <= high:
            message = f"{place} has a target utilisation of {scaling.target} %; auto scaling accepts {low} to {high} %."
            key = "target_low" if scaling.target < low else "target_high"
            yield LimitProblem(key, name, message, "Use 70 % unless you know better.")


def _of_template(template: Template) -> Iterator[LimitProblem]:
    if template.size_bytes > LIMITS["template_bytes"].value:
        message = f"Template {template.name} has {template.size_bytes:,} bytes; inline it may have {_value('template_bytes')}."
        yield LimitProblem(
            "template_bytes", template.name, message, "Remove alarms or tags, or split the table's indexes."
        )
    if template.resources > LIMITS["resources"].value:
        message = (
            f"Template {template.name} has {template.resources} resources; at most {_value('resources')} are allowed."
        )
        yield LimitProblem(
            "resources", template.name, message, "Remove alarms, or use on-demand capacity: it needs fewer."
        )


def _of_account(tables: int, stacks: int, provisioned: Mapping[str, TableCapacity]) -> Iterator[LimitProblem]:
    if tables > LIMITS["tables"].value:
        message = f"The environment has {tables:,} tables; the quota of an account and Region is {_value('tables')}."
        yield LimitProblem("tables", "", message, "Ask AWS to raise the quota, or use another account or Region.")
    if stacks > LIMITS["stacks"].value:
        message = f"The environment needs {stacks:,} stacks; the quota of an account and Region is {_value('stacks')}."
        yield LimitProblem("stacks", "", message, "Ask AWS to raise the quota, or use another account or Region.")
    parts = [c for capacity in provisioned.values() for c in (capacity.table, *(c for _, c in capacity.indexes))]
    sums = {"read": sum(part.read.maximum for part in parts), "write": sum(part.write.maximum for part in parts)}
    for what, units in sums.items():
        if units > LIMITS["account_units"].value:
            message = f"The {what} capacity of all tables can reach {units:,}; the quota is {_value('account_units')}."
            yield LimitProblem(
                "account_units", "", message, "Lower maximums, use on-demand, or ask AWS to raise the quota."
            )


def _value(key: str) -> str:
    return f"{LIMITS[key].value:,}"
