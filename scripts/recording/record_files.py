"""When a record is worth writing: a deployment that changed nothing leaves the record of the last one that did."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from scripts.folders import ROOT
from scripts.input_file import read_text
from scripts.recording.record_content import DEPLOYED, UNKNOWN, executed, stacks_in

# What a stack is like, whoever deployed it.
STATE = ("stack", "stack_id", "status", "changed_at", "outputs", "table", "settings")
ORIGIN = ("by", "commit", "run")
BROUGHT = {DEPLOYED, "unchanged"}  # outcomes of a stack with which it has what the settings of the deployment ask for
Content = Mapping[str, Any]
SCHEMA = ROOT / "contracts" / "deployment-record.schema.json"


def read_record(path: Path) -> dict[str, Any] | None:
    """The record at a path; None if there is none, or if it is not of the form that records have now."""
    try:
        content = json.loads(read_text(path))
    except (OSError, ValueError, RecursionError):
        return None
    return content if is_valid(content) else None


def is_valid(content: Any) -> bool:
    """Whether a value is a record by `contracts/deployment-record.schema.json`."""
    return _validator().is_valid(content)


def merged(old: Content | None, new: Content) -> dict[str, Any]:
    """The record to keep, of the one there is and the one that was just made.

    The old one stays, with a newer validation if that says something else, when nothing was executed and everything is
    as it says: a record that is merged must not cause another one. Settings that were not deployed are in neither.
    """
    if old is None:
        return dict(new)
    again = old["deployment"]["began"] == new["deployment"]["began"] is not None  # the same deployment
    new = _as_deployed(old, new, again)
    if again:
        found = {key: value or old["deployment"].get(key) for key, value in new["deployment"].items()}
        found |= {key: old["deployment"][key] or found[key] for key in ORIGIN}  # whoever records it has not made it
        if (old["deployment"]["plan"] or {}).get("hash") == (new["deployment"]["plan"] or {}).get("hash"):
            found["plan"] = _fuller(old["deployment"]["plan"], new["deployment"]["plan"])
        return {**new, "deployment": found, "validation": _validation(old, new)}
    if executed(new) or _state(old) != _state(new):
        return dict(new)
    if new["deployment"]["outcome"] != UNKNOWN and _said(old) != _said(new):
        return dict(new)
    return {**old, "validation": _validation(old, new)}


def _as_deployed(old: Content, new: Content, again: bool) -> Content:
    """The new record, with the old settings of each stack that nothing was brought to since the old one was made.

    The files may have changed since then. `again`: the new record is of the same deployment as the old one.
    """
    before, now = stacks_in(old), stacks_in(new)
    kept = {name for name, stack in now.items() if _untouched(before.get(name), stack, again)}
    tables = {
        name: {**table, "settings": before[table["stack"]]["settings"]}
        if table["stack"] in kept and "settings" in before[table["stack"]]
        else table
        for name, table in new["tables"].items()
    }
    everything = kept and all(name in kept for name, stack in now.items() if stack["stack_id"])
    return {**new, "tables": tables, "parameters": old["parameters"] if everything else new["parameters"]}


def _untouched(before: Content | None, now: Content, again: bool) -> bool:
    same = before is not None and all(before[key] == now[key] for key in ("stack_id", "changed_at"))
    return same and (again or now["outcome"] not in BROUGHT)


def _state(content: Content) -> dict[str, Any]:
    stacks = {name: {key: stack.get(key) for key in STATE} for name, stack in stacks_in(content).items()}
    return {
        "stacks": stacks,
        **{key: content[key] for key in ("region", "account", "endpoint", "parameters", "retired")},
    }


def _said(content: Content) -> tuple[str, list[str]]:
    """How a deployment ended, and why; how many stacks had nothing to do is no news."""
    return content["deployment"]["outcome"], [stack["reason"] for stack in stacks_in(content).values()]


def _validation(old: Content, new: Content) -> dict[str, Any] | None:
    before, now = old["validation"], new["validation"]
    if before is None or now is None:
        return now or before
    return before if {**before, "time": now["time"]} == now else now


def _fuller(one: dict[str, Any] | None, other: dict[str, Any] | None) -> dict[str, Any] | None:
    return other if other and other["summary"] else one


@cache
def _validator() -> Any:
    return jsonschema_rs.validator_for(json.loads(read_text(SCHEMA)))
