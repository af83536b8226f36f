"""What a record is made from beside the stacks: the reports of an execution, of its plan and of a validation."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import jsonschema_rs

from scripts.command import Refused
from scripts.comparison.compare import MATCH, MISMATCH, UNKNOWN
from scripts.input_file import read_text
from scripts.observe.target import Target

MAX_PROBLEMS = 50
PLACE = ("environment", "region", "account")
Report = Mapping[str, Any]
_TEXT = {"type": "string"}
_TIME = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"}


def _object(required: Mapping[str, Any], **others: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": {**required, **others}}


def _list(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


_STACK = _object({"outcome": _TEXT}, change_sets=_list({"type": "object"}))
_CHECK = {
    **_object({"outcome": _TEXT}),
    "if": {"properties": {"outcome": {"enum": [MISMATCH, UNKNOWN]}}},
    "then": _object({"message": _TEXT, "fix": _TEXT}),
}
# What a record takes from each kind of report.
SHAPES = {
    "execution": _object(
        {
            "outcome": {"enum": ["deployed", "failed", "stopped", "refused", "waiting"]},
            "began": _TIME,
            "ended": _TIME,
            "stacks": {"type": "object", "additionalProperties": _STACK},
        }
    ),
    "plan": _object({"plan": _TEXT}),
    "validation": _object(
        {
            "time": _TEXT,
            "tables": _list(_object({"service": _TEXT, "table": _TEXT, "checks": _list(_CHECK)})),
        }
    ),
}


def read(path: Path | None, target: Target, kind: str) -> Report | None:
    """A report of this environment; None for no path. Raises Refused if it is none of this kind, or of another place.

    `kind`: execution, plan or validation.
    """
    if path is None:
        return None
    try:
        value = json.loads(read_text(path))
    except (ValueError, RecursionError):
        raise Refused(f"{path} is not JSON. Leave the option out, or make the report again.") from None
    if not isinstance(value, dict) or not isinstance(value.get("environment"), str):
        raise Refused(f"{path} is not a report of a deployment, plan or validation. Leave the option out.")
    if not jsonschema_rs.is_valid(SHAPES[kind], value):
        raise Refused(f"{path} does not have the form of {kind}.json. Leave --{kind} out, or name the right file.")
    here = {"environment": target.environment, "region": target.aws.region, "account": target.aws.account}
    for key in PLACE:
        if value.get(key) not in (None, here[key]):
            raise Refused(
                f"{path} is about {key} {value[key]}, but this is {here[key]}. Name the report of {target.environment}."
            )
    return value


def is_older(validation: Report, execution: Report | None) -> bool:
    """Whether a validation was made before the deployment began, and so says nothing about it."""
    began = _time((execution or {}).get("began"))
    made = _time(validation.get("time"))
    # A validation tells its minute only.
    return bool(began and made and made < began.replace(second=0, microsecond=0))


def validation_of(service: str, validation: Report | None) -> dict[str, Any] | None:
    """What a validation says about one service, in short: the counts, and the first of what is no match."""
    if validation is None:
        return None
    tables = [table for table in validation["tables"] if table["service"] == service]
    checks = [(table["table"], check) for table in tables for check in table["checks"]]
    counts = {name: sum(c["outcome"] == name for _, c in checks) for name in (MATCH, MISMATCH, UNKNOWN)}
    problems = [
        {"table": table, "outcome": check["outcome"], "message": check["message"], "fix": check["fix"]}
        for table, check in sorted(checks, key=lambda pair: pair[1]["outcome"] != MISMATCH)
        if check["outcome"] in (MISMATCH, UNKNOWN)
    ]
    return {"time": validation["time"], "counts": counts, "problems": problems[:MAX_PROBLEMS]}


def _time(text: str | None) -> datetime | None:
    """A time of a report, in either of the forms that reports have; None if it is neither."""
    for form in ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M UTC"):
        try:
            return datetime.strptime(text or "", form)
        except ValueError:
            continue
    return None
