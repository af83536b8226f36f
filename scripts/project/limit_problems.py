"""Hold every environment against the limits of AWS, as problems of the contract: errors where AWS never raises them."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from scripts.capacity.aws_limits import LIMITS, Template, problems
from scripts.capacity.economics import capacity_of
from scripts.model import DesiredTable
from scripts.problems import ERROR, WARNING, Problem
from scripts.project.services import CONTRACT, Service


def limit_problems(
    contracts: Path,
    service: Service,
    environment: str,
    states: Sequence[DesiredTable],
    templates: Iterable[Template],
) -> Iterator[Problem]:
    """What one environment of a service exceeds. `templates`: those of its tables, and of what they share."""
    capacities = {
        table.name: capacity
        for table, state in zip(service.contract.tables, states, strict=True)
        if (capacity := capacity_of(state))
    }
    file = str(contracts / service.name / CONTRACT)
    for found in problems(service.contract.tables, capacities, templates):
        severity = WARNING if LIMITS[found.limit].adjustable else ERROR
        yield Problem(file, 1, 1, severity, "L001", f"{environment} {found.subject}".strip(), found.message, found.fix)
