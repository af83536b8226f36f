"""The record of a deployment, `generated/<service>/<environment>/deployment.json`: what was deployed, where, with what."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scripts.files import write_atomically
from scripts.project import Service
from scripts.settings_source import Environment
from scripts.stacks import Stack


def record(
    service: Service, environment: Environment, region: str, account: str, time: str, stacks: dict[str, Stack]
) -> dict[str, Any]:
    """The content of a record. `stacks` maps the name of a table in the contract, or "" for the shared stack, to its stack."""
    return {
        "service": service.name,
        "environment": environment.name,
        "region": region,
        "account": account,
        "deployed_at": time,
        "parameters": asdict(environment),
        "shared": _stack(stacks[""]),
        "tables": {
            table.name: {**_stack(stacks[table.name]), "settings": service.settings.of(environment.name, table.name)}
            for table in service.contract.tables
            if table.name in stacks
        },
    }


def write_record(out: Path, content: dict[str, Any]) -> Path:
    """Write a record to its place under `out` (the folder `generated`), and return that place."""
    path = out / content["service"] / content["environment"] / "deployment.json"
    write_atomically(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    return path


def _stack(stack: Stack) -> dict[str, Any]:
    return {"stack": stack.name, "stack_id": stack.id, "status": stack.status, "outputs": stack.outputs}
