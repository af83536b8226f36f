"""The parts of docs/aws-permissions.md that are made from policies/roles.yaml and from what its roles never do."""

import re
from collections.abc import Iterator
from typing import Any

from tests.roles.nevers import NEVERS, OPENINGS
from tests.roles.template import PREFIX, Stack

STACK = Stack(
    {
        "Purpose": "environment",
        "SubjectPrefix": PREFIX,
        "Regions": ["REGION"],
        "Environment": "ENVIRONMENT",
        "TablePrefix": "PREFIX",
        "KinesisStreams": ["KinesisStreams"],
        "BackupCopies": ["BackupCopies"],
        **dict.fromkeys(("WriteProbe", *OPENINGS), "yes"),
    }
)


def nevers() -> str:
    """What no role does, and which parameters of the stack open it."""
    return "".join(
        f"- {never.promise}{''.join(f'; with `{name}=yes` {left}' for name, left in never.unless.items())}\n"
        for never in NEVERS
    )


def allowed(*ids: str) -> str:
    """A table of what policies allow: services in the order of the documents, one row for each place and condition."""
    rows = "".join(f"| {' | '.join(row)} |\n" for id in ids for row in _rows(_documents(id)))
    return f"| Service | Actions | On | Only |\n|---|---|---|---|\n{rows}"


def _documents(id: str) -> list[dict[str, Any]]:
    properties = STACK.resources[id]["Properties"]
    if "PolicyDocument" in properties:
        return [properties["PolicyDocument"]]
    return [policy["PolicyDocument"] for policy in properties["Policies"]]


def _rows(documents: list[dict[str, Any]]) -> Iterator[tuple[str, str, str, str]]:
    for statement in (s for document in documents for s in document["Statement"] if s["Effect"] == "Allow"):
        by_service: dict[str, list[str]] = {}
        for action in _list(statement["Action"]):
            service, _, name = action.partition(":")
            by_service.setdefault(service, []).append(f"`{name}`")
        places = ", ".join(f"`{_short(one)}`" for one in _list(statement["Resource"]))
        for service, names in by_service.items():
            yield f"`{service}`", ", ".join(names), places, _conditions(statement.get("Condition", {}))


def _short(resource: str) -> str:
    """An ARN without what is the same in all: partition, service, Region and account."""
    return re.sub(r"^arn:[^:]*:[^:]*:[^:]*:[^:]*:", "", resource)


def _conditions(condition: dict[str, dict[str, Any]]) -> str:
    return "; ".join(
        f"{operator} `{key}` {', '.join(f'`{value}`' for value in _list(values))}"
        for operator, keys in condition.items()
        for key, values in keys.items()
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


BLOCKS = {
    "nevers": nevers,
    "reading": lambda: allowed("ReadPolicy"),
    "deploying": lambda: allowed("DeployRole"),
    "tables": lambda: allowed("TablePolicy"),
    "shared": lambda: allowed("SharedPolicy"),
    "keys": lambda: allowed("KeyPolicy"),
    "backups": lambda: allowed("BackupPolicy"),
    "backup role": lambda: allowed("BackupBoundary"),
}


def filled(page: str) -> str:
    """The page with each block, between `<!-- made: NAME -->` and `<!-- end -->`, made anew."""
    return re.sub(
        r"(<!-- made: ([a-z ]+) -->\n).*?(<!-- end -->)",
        lambda found: f"{found[1]}{BLOCKS[found[2]]()}{found[3]}",
        page,
        flags=re.DOTALL,
    )
