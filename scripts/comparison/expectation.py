"""Something beside the tables themselves that must be as wanted: a stack, a topic, a dashboard, a backup plan."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scripts.comparison.compare import MATCH, MISMATCH, UNKNOWN, Finding
from scripts.model import Unknown
from scripts.observe.aws import FAILURES, error_code, unreadable

MISSING = "missing"
ABSENT = {
    "DashboardNotFoundError",
    "NotFound",
    "NotFoundException",
    "ResourceNotFound",
    "ResourceNotFoundException",
}


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing to look at. `wanted` and what `read` returns are the same kind of value, in plain words.

    `read` returns an empty value where there is nothing, Unknown for what is still changing, or raises an error of
    `aws.FAILURES`; errors that say that the thing is not there count as nothing.
    """

    group: str
    subject: str
    property: str
    wanted: Any
    read: Callable[[], Any]


def check(owner: str, fact: Expectation) -> Finding:
    """The outcome of a fact, reported under the name `owner`."""
    named = (owner, fact.group, fact.subject, fact.property)
    try:
        found = fact.read()
    except FAILURES as error:
        found = "" if error_code(error) in ABSENT else unreadable(error)
    if isinstance(found, Unknown):
        return Finding(*named, UNKNOWN, fact.wanted, None, found.reason, in_progress=found.in_progress, code=found.code)
    if found == fact.wanted:
        return Finding(*named, MATCH, fact.wanted, found)
    return Finding(*named, MISMATCH, fact.wanted, found or MISSING)
