"""What earlier jobs of a run have left for this one. They ran other code, perhaps a pull request's: every value is judged."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from scripts import input_file
from scripts.command import Refused
from scripts.planning import WARNINGS
from scripts.planning.risks import KINDS

BIGGEST = 5_000_000  # bytes of one file; a plan of 1,000 tables has under 1 MB
ENVIRONMENT = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[0-9]+")
SERVICE = re.compile(r"([a-z0-9][a-z0-9-]{1,60})?")  # "": all services of the environment together
HASH = re.compile(r"[0-9a-f]{8}")
NO_CHANGES, CHANGES, BLOCKED = 0, 2, 3


@dataclass(frozen=True, slots=True)
class PlanFile:
    """The plan of one environment, or of one service in it, as a job left it: exit code 0 no changes, 2 changes, 3 blocked."""

    environment: str
    service: str
    region: str
    account: str
    hash: str
    live: bool
    exit_code: int
    summary: str
    markdown: str
    risks: dict[str, int]  # how many of each kind
    risks_not_known: int  # tables whose risks are not known


class Warned(NamedTuple):
    """A warning about a contract or its settings, as a job left it."""

    file: str
    line: int
    id: str
    message: str
    fix: str


def read_text(path: Path) -> str:
    """The text of a file of an artifact, "" when it is not there. Raises Refused for a link, and for what is too big."""
    if path.is_symlink() or any(parent.is_symlink() for parent in path.parents):
        raise Refused(f"{path} is, or is behind, a symbolic link. It is not read.")
    if not path.is_file():
        return ""
    if path.stat().st_size > BIGGEST:
        raise Refused(f"{path} is bigger than {BIGGEST} bytes. It is not read.")
    return input_file.read_text(path, errors="replace")


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in a file of an artifact, {} when it is not there. Raises Refused when it holds anything else."""
    text = read_text(path)
    try:
        value = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Refused(f"{path} is not what the job should have left there. Run the job again.")
    return value


def plans(folder: Path) -> list[PlanFile]:
    """Every plan under `folder`; of what was planned live and offline only the live one. Sorted, worst first."""
    found: dict[tuple[str, str], PlanFile] = {}
    for path in sorted(folder.rglob("plan.json")):
        plan = _plan(path)
        if (plan.environment, plan.service) not in found or plan.live:
            found[plan.environment, plan.service] = plan
    return sorted(found.values(), key=lambda plan: (-plan.exit_code, plan.environment, plan.service))


def warnings(folder: Path) -> list[Warned]:
    """What the jobs that planned were in doubt about: each fact once, however many of them met it. Raises Refused."""
    found = [one for path in sorted(folder.rglob(WARNINGS)) for one in _warned(path)]
    return sorted(set(found))


def _warned(path: Path) -> Iterator[Warned]:
    values = read_json(path).get("warnings")
    for value in values if isinstance(values, list) else [None]:
        fields: dict[str, Any] = {key: value.get(key) for key in Warned._fields} if isinstance(value, dict) else {}
        if not all(type(fields.get(key)) is kind for key, kind in Warned.__annotations__.items()):
            raise Refused(f"{path} is not a list of warnings. Run the job that made it again.")
        yield Warned(**fields)


def _plan(path: Path) -> PlanFile:
    value = read_json(path)
    plan = PlanFile(
        str(value.get("environment")),
        str(value.get("service") or ""),
        str(value.get("region") or ""),
        str(value.get("account") or ""),
        str(value.get("plan")),
        value.get("against") == "live",
        value.get("exit_code", -1),
        str(value.get("summary") or ""),
        read_text(path.with_name("plan.md")),
        {kind: number for kind in KINDS if (number := _number(value.get("risk_counts"), kind))},
        _number(value, "risks_not_known"),
    )
    good = (
        ENVIRONMENT.fullmatch(plan.environment)
        and SERVICE.fullmatch(plan.service)
        and (not plan.region or REGION.fullmatch(plan.region))
        and re.fullmatch(r"(\d{12})?", plan.account)
        and HASH.fullmatch(plan.hash)
        and plan.exit_code in (NO_CHANGES, CHANGES, BLOCKED)
    )
    if not good:
        raise Refused(f"{path} is not a plan. Run the job that made it again.")
    return plan


def _number(values: Any, key: str) -> int:
    """A count in an artifact; 0 for anything that is none."""
    found = values.get(key) if isinstance(values, dict) else None
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 < found < 1_000_000 else 0
