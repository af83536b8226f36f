"""How large the template of a table is, as it is reviewed and as it is submitted, with how many alarms."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean

from scripts.model import Alarm, DesiredTable
from scripts.project.services import read_services
from scripts.templates.desired import table_states
from scripts.templates.template import table_template, to_json, to_yaml
from scripts.text.markdown import table

# The CDK's template of a table with two global secondary indexes, Retain, point-in-time recovery, encryption, deletion
# protection and twelve alarms, of which an application of 300 such tables has one each.
CDK_ALARMS, CDK_BYTES = 12, 33_000


@dataclass(frozen=True, slots=True)
class Sizes:
    """The mean of several tables of two indexes: alarms, and the bytes of a template as YAML and as compact JSON."""

    title: str
    alarms: float
    yaml: float
    json: float


def sizes(contracts: Path) -> list[Sizes]:
    """Of the tables with two global secondary indexes: without alarms, with as many as the CDK's, with all."""
    service = read_services(contracts)[0]
    environment = service.environments[0]
    states = [state for state in table_states(service, environment) if len(state.indexes) == 2]
    found = []
    for title, some in (
        ("without alarms", [replace(state, alarms=()) for state in states]),
        (f"with {CDK_ALARMS} alarms, as many as the CDK's", [_first(state, CDK_ALARMS) for state in states]),
        ("as generated", states),
    ):
        templates = [table_template(state, service.name, environment.name) for state in some]
        found.append(
            Sizes(
                title,
                mean(len(state.alarms) for state in some),
                mean(len(to_yaml(template, service.name).encode()) for template in templates),
                mean(len(to_json(template).encode()) for template in templates),
            )
        )
    return found


def markdown(found: Sequence[Sizes]) -> str:
    """A table of sizes, with what the CDK makes of the same in the last line."""
    rows = [
        (
            f"A table with two indexes, {one.title}",
            f"{one.alarms:.0f}",
            f"{one.yaml:,.0f}",
            f"{one.json:,.0f}",
            _part(one),
        )
        for one in found
    ]
    rows.append(("The CDK's, for comparison", str(CDK_ALARMS), "", f"{CDK_BYTES:,}", "1"))
    return "\n".join(table(("", "Alarms", "YAML, bytes", "Compact JSON, bytes", "Part of the CDK's"), rows))


def _part(one: Sizes) -> str:
    return f"{one.json / CDK_BYTES:.2f}"


def _first(state: DesiredTable, count: int) -> DesiredTable:
    """The state with its first metric alarms only: those of one metric, as the CDK's are."""
    return replace(state, alarms=tuple(alarm for alarm in state.alarms if isinstance(alarm, Alarm))[:count])
