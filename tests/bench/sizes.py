"""How large the template of a table is, as it is reviewed and as it is submitted, with how many alarms."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean

from scripts.model import DesiredTable
from scripts.project.services import read_services
from scripts.templates.desired import table_states
from scripts.templates.template import table_template, to_json, to_yaml
from scripts.text.markdown import table
from tests.bench import contracts

TABLES = 30
FULL = "defaults: {alarms: full}\n"


@dataclass(frozen=True, slots=True)
class Sizes:
    """The mean of several tables of two indexes: alarms, and the bytes of a template as YAML and as compact JSON."""

    title: str
    alarms: float
    yaml: float
    json: float


def sizes(folder: Path) -> list[Sizes]:
    """Of tables with two global secondary indexes, whose contracts are written below `folder`: without alarms, with the standard ones, with all."""
    standard, full = _states(folder / "standard"), _states(folder / "full", FULL)
    bare = [replace(state, alarms=()) for state in standard]
    return [
        Sizes(
            title,
            mean(len(state.alarms) for state in states),
            mean(len(to_yaml(template, "bench").encode()) for template in templates),
            mean(len(to_json(template).encode()) for template in templates),
        )
        for title, states in (("without alarms", bare), ("as generated", standard), ("with `alarms: full`", full))
        for templates in [[table_template(state, "bench", contracts.ENVIRONMENT) for state in states]]
    ]


def markdown(found: Sequence[Sizes]) -> str:
    """A table of sizes."""
    rows = [
        (f"A table with two indexes, {one.title}", f"{one.alarms:.0f}", f"{one.yaml:,.0f}", f"{one.json:,.0f}")
        for one in found
    ]
    return "\n".join(table(("", "Alarms", "YAML, bytes", "Compact JSON, bytes"), rows))


def _states(folder: Path, settings: str = "") -> list[DesiredTable]:
    contracts.write(folder, TABLES)
    path = folder / "contracts" / "bench" / "deployment.yaml"
    path.write_text(path.read_text() + settings)
    service = read_services(folder / "contracts")[0]
    return [state for state in table_states(service, service.environments[0]) if len(state.indexes) == 2]
