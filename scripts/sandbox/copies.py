"""Copies of the templates of a service and environment, with names that nothing else has. Made by the generator itself."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from scripts import names
from scripts.acceptance.own_names import run_prefix
from scripts.project.services import Service
from scripts.sandbox.differences import UNSET, deletable
from scripts.settings.deployment_file import Environment, Settings
from scripts.templates.desired import table_states
from scripts.templates.shared_templates import shared_templates, stack_name
from scripts.templates.template import table_template


@dataclass(frozen=True, slots=True)
class Copy:
    """One template to try: `name` says which one (letters, digits and -), `stack` is the name of its stack."""

    name: str
    stack: str
    template: dict[str, Any]


def copies(services: Sequence[Service], run: str, only: str | None = None) -> list[Copy]:
    """A copy of each template of each environment, or of the environment `only`. `run`: of `new_run`.

    The generator renders them from the same contract and settings under another environment name and table prefix. That
    changes every name consistently, in alarms, dashboards and tags too; `differences` lists what else is different.
    """
    found: list[Copy] = []
    places = [(s, e) for s in services for e in s.environments if only in (None, e.name)]
    for number, (service, environment) in enumerate(places):
        found.extend(_of_environment(service, environment, f"{run_prefix(run)}{number}"))
    return found


def _of_environment(service: Service, environment: Environment, name: str) -> list[Copy]:
    copied = renamed(service, environment.name, name)
    (place,) = copied.environments
    states = table_states(copied, place)
    shared = shared_templates(copied, place, states).templates
    imported = {
        output["Export"]["Name"]: (id := output["Value"]["Fn::GetAtt"][0], template["Resources"][id])
        for template in shared.values()
        for output in template["Outputs"].values()
        if "Export" in output
    }
    here = f"{service.name}-{environment.name}"
    return [
        *(
            Copy(f"{here}-{stem}", stack_name(service.name, name, stem), deletable(template, {}))
            for stem, template in shared.items()
        ),
        *(
            # The name of the stack tells `a.b` and `a-b` apart, which the name of a test must too.
            Copy(
                stack.replace(f"dynamodb-{name}-{service.name}", f"{here}-table", 1),
                stack,
                deletable(table_template(state, service.name, name), imported),
            )
            for table, state in zip(service.contract.tables, states, strict=True)
            for stack in [names.table_stack(name, service.name, table.name)]
        ),
    ]


def renamed(service: Service, environment: str, name: str) -> Service:
    """The service with only this environment, under another name, its tables with another prefix."""
    stated = (service.settings.source.value or {}).get("environments", {}).get(environment, {})
    kept = {key: value for key, value in stated.items() if key not in UNSET}
    value = {
        **(service.settings.source.value or {}),
        "environments": {name: {**kept, "table_prefix": f"{name}-"}},
    }
    return replace(service, settings=Settings(service.settings.source._replace(value=value)))
