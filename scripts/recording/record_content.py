"""What stands in a record: values only, in a stable order, the same for the same deployment."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from scripts import names
from scripts.capacity.economics import resolve_capacity
from scripts.observe.stacks import Stack
from scripts.observe.target import ServiceEnvironment
from scripts.patterns_of import patterns_by_table
from scripts.recording.record_inputs import Report
from scripts.rendering.service_cost import environment_cost

VERSION = 1
DEPLOYED, FAILED, STOPPED, WAITING, UNKNOWN = "deployed", "failed", "stopped", "waiting", "unknown"
UNFINISHED = {"running", "not begun"}
AWS_HOST = re.compile(r"[a-z0-9.-]+\.(amazonaws\.com(\.cn)?|aws|amazonaws\.eu|api\.amazonwebservices\.com\.cn)")


def stacks_of(place: ServiceEnvironment) -> dict[str, str | None]:
    """The stacks of a service in an environment, shared ones first: name to the table's name in the contract, or None."""
    service, environment = place.service, place.environment
    found: dict[str, str | None] = dict.fromkeys(place.shared)
    for table in service.contract.tables:
        found[names.table_stack(environment.name, service.name, table.name)] = table.name
    return found


def record(
    place: ServiceEnvironment,
    account: str,
    endpoint: str,
    live: Mapping[str, Stack | None],
    origin: Mapping[str, Any],
    execution: Report | None = None,
    plan: Report | None = None,
    validation: Mapping[str, Any] | None = None,
    retired: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """The record of one service. `endpoint`: where DynamoDB was reached. `live`: each stack of `stacks_of`, None where there is none; `validation`: its summary.

    `retired`: tables that only an earlier contract had, by their stacks.
    `origin` counts only together with an execution: who records a deployment later has not made it.
    """
    service, environment = place.service, place.environment
    done = (execution or {}).get("stacks", {})
    stacks = stacks_of(place)
    of_stack = {name: _stack(name, live.get(name), done.get(name)) for name in stacks}
    by_table = patterns_by_table(service.contract.access_patterns)
    tables = {}
    for table, state in zip(service.contract.tables, place.states, strict=True):
        stated = service.settings.of(environment.name, table.name)
        settings = resolve_capacity(stated, table, by_table.get(table.name, ()), environment.region)
        stack = of_stack[names.table_stack(environment.name, service.name, table.name)]
        tables[table.name] = {"table": state.name, **stack, "settings": settings}
    shared = {name: stack for name, stack in of_stack.items() if stacks[name] is None}
    return {
        "version": VERSION,
        "service": service.name,
        "environment": environment.name,
        "region": environment.region,
        "account": account,
        "endpoint": recorded_endpoint(endpoint),
        "deployment": _deployment(list(of_stack.values()), origin, execution, plan),
        "validation": validation,
        "parameters": json.loads(json.dumps(asdict(environment))),  # lists, as they come back from the file
        "shared": shared,
        "tables": tables,
        "retired": {name: table for name, table in retired.items() if live.get(name)},
        "cost": environment_cost(service, environment, place.states).together.shown,
    }


def recorded_endpoint(endpoint: str) -> str | None:
    """What a record says of where DynamoDB was reached: nothing if that is AWS."""
    return None if AWS_HOST.fullmatch(urlsplit(endpoint).hostname or "") else endpoint


def executed(content: Mapping[str, Any]) -> bool:
    """Whether the deployment of a record changed anything in AWS."""
    return any(stack["change_sets"] for stack in stacks_in(content).values())


def stacks_in(content: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """All stacks of a record: name to what it says about it."""
    return {**content["shared"], **{table["stack"]: table for table in content["tables"].values()}}


def _deployment(
    stacks: Sequence[Mapping[str, Any]], origin: Mapping[str, Any], execution: Report | None, plan: Report | None
) -> dict[str, Any]:
    if execution is None:
        times = [stack["changed_at"] for stack in stacks if stack["changed_at"]]
        nothing = dict.fromkeys(("by", "commit", "run", "plan"))
        return {"outcome": UNKNOWN, "message": "", "began": None, "ended": max(times, default=None), **nothing}
    hash = execution.get("plan")
    summary = plan.get("summary") if plan and plan.get("plan") == hash else None
    return {
        "outcome": _outcome(stacks, execution),
        "message": execution.get("message") or "",
        "began": execution["began"],
        "ended": execution["ended"],
        **{key: execution.get(key) or origin.get(key) for key in ("by", "commit", "run")},
        "plan": {"hash": hash, "summary": summary} if hash else None,
    }


def _outcome(stacks: Sequence[Mapping[str, Any]], execution: Report) -> str:
    """The outcome for one service: another one may have failed in the same deployment."""
    outcomes = {stack["outcome"] for stack in stacks}
    if FAILED in outcomes:
        return FAILED
    return execution["outcome"] if outcomes & {*UNFINISHED, UNKNOWN} else DEPLOYED


def _stack(name: str, live: Stack | None, done: Mapping[str, Any] | None) -> dict[str, Any]:
    sets = (done or {}).get("change_sets", ())
    return {
        "stack": name,
        "stack_id": live.id if live else None,
        "status": live.status if live else None,
        "changed_at": live.changed_at or None if live else None,
        "outcome": done["outcome"] if done else UNKNOWN,
        "reason": (done or {}).get("reason") or "",
        "change_sets": [{key: each.get(key) for key in ("name", "id", "type", "executed_at")} for each in sets],
        "outputs": dict(sorted(live.outputs.items())) if live else {},
    }
