"""Links from a plan to the pages as the pull request makes them: for each service its catalogue, its runbook, its environments."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from scripts.folders import OUT, SERVICE_PAGE
from scripts.github.artifacts import ENVIRONMENT, read_json
from scripts.text import markdown

SERVICE = re.compile(r"[a-z0-9][a-z0-9-]{1,60}")
SHOWN = 20  # services
RUNBOOK = "runbook.md"


def page_links(folder: Path, blob: str) -> list[str]:
    """A line for each service in the plans under `folder`; `blob`: the address of the files of the commit.

    What is no name of a service or environment gets no link, whoever wrote it there.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for path in folder.rglob("plan.json"):
        plan = read_json(path)
        for service in _services(plan):
            found[service].add(str(plan.get("environment")))
    lines = [_line(service, sorted(filter(ENVIRONMENT.fullmatch, found[service])), blob) for service in sorted(found)]
    return [*lines[:SHOWN], *([f"- {len(lines) - SHOWN} more services"] if len(lines) > SHOWN else [])]


def _services(plan: dict[str, Any]) -> set[str]:
    entries = [entry for key in ("tables", "shared") if isinstance(plan.get(key), list) for entry in plan[key]]
    names = {str(entry.get("service")) for entry in entries if isinstance(entry, dict)}
    return set(filter(SERVICE.fullmatch, names))


def _line(service: str, environments: list[str], blob: str) -> str:
    of = f"{blob}/{OUT}/{service}"
    pages = [("tables", SERVICE_PAGE), ("runbook", RUNBOOK), *((name, f"{name}/README.md") for name in environments)]
    links = ", ".join(markdown.link(markdown.text(label), f"{of}/{path}") for label, path in pages)
    return f"- {markdown.code(service)}: {links}"
