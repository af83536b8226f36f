"""`docs/settings.md`, made from the schema of deployment.yaml: every key, its default, its effect, an example."""

import json
from typing import Any

import yaml

from scripts.settings.deployment_file import properties, schema
from scripts.settings.repository_file import FILE, known_settings
from scripts.text.markdown import code, page, table, text

INTRODUCTION = (
    "Where and how the tables of a contract run: `contracts/<service>/deployment.yaml`. Write only what differs from the "
    "defaults. Specific beats general: `defaults`, then `tables`, then the environment, then the environment's `tables`. "
    "Tags, capacity and throughput are merged part by part; `{}` removes what more general places set."
)
EXPLAIN = "`make explain SERVICE=bookshop ENV=prod-eu-west-1 TABLE=Orders` shows every effective value and the line it comes from."


def settings_page() -> str:
    """The whole page."""
    environment = schema()["$defs"]["environment"]["properties"]
    return page(
        "<!-- Generated from the schemas in contracts/ by `python -m scripts.reference_pages`. -->",
        "# Settings",
        INTRODUCTION,
        EXPLAIN,
        "## Of a table",
        "These may stand in `defaults`, under `tables: <Table>:`, in an environment, and under its `tables: <Table>:`.",
        table(("Setting", "Default", "Effect", "Example"), [_row(key, value) for key, value in properties().items()]),
        "## Of an environment",
        "These stand under `environments: <name>:`. The name is also that of the GitHub environment that approves deployments.",
        table(("Setting", "Default", "Effect", "Values"), [_environment_row(k, v) for k, v in environment.items()]),
        "## Of the repository",
        f"These stand in {code(f'contracts/{FILE}')}, which may be left out, and hold for every service.",
        table(
            ("Setting", "Default", "Effect", "Values"), [_environment_row(k, v) for k, v in known_settings().items()]
        ),
        "## Limits of auto scaling",
        table(("Key", "Default", "Effect", "Values"), [_environment_row(k, v) for k, v in _capacity().items()]),
    )


def _capacity() -> dict[str, Any]:
    return schema()["$defs"]["capacity"]["properties"]


def _row(key: str, value: dict[str, Any]) -> tuple[str, ...]:
    example = yaml.safe_dump(
        {key: value["examples"][0]}, default_flow_style=True, sort_keys=False, width=10_000
    ).strip()[1:-1]
    return code(key), _default(value), text(value["description"]), code(example)


def _environment_row(key: str, value: dict[str, Any]) -> tuple[str, ...]:
    parts = value.get("properties", {})
    described = [f"{code(name)}: {text(part.get('description', ''))}" for name, part in parts.items()]
    effect = " ".join([text(value.get("description", "")), *described])
    return code(key), _default(value), effect, _values(value)


def _default(value: dict[str, Any]) -> str:
    return code(json.dumps(value["default"])) if "default" in value and value["default"] not in ("", {}) else "none"


def _values(value: dict[str, Any]) -> str:
    if "enum" in value:
        return ", ".join(map(code, value["enum"]))
    if "minimum" in value:
        return f"{value['minimum']} to {value['maximum']}"
    return text(value.get("type", ""))
