"""Where the rules register themselves: an id, what AWS does, and where that is written."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])
Request = dict[str, Any]
Check = Callable[[Request], str | None]


@dataclass(frozen=True, slots=True)
class StrictRule:
    """One way in which the local AWS is as strict as AWS."""

    id: str
    aws: str
    source: str


RULES: dict[str, StrictRule] = {}
TABLE_CHECKS: list[tuple[str, Check]] = []


class RequestRefused(Exception):
    """A request that AWS refuses. `code` is the error code of its answer; without one, DynamoDB's usual."""

    def __init__(self, message: str, code: str = "ValidationException") -> None:
        super().__init__(message)
        self.code = code


def rule(id: str, aws: str, source: str) -> Callable[[Function], Function]:
    """Register a rule whose function is called by name or installed into the emulator."""
    if id in RULES:
        raise ValueError(f"The rule {id} is registered twice.")
    RULES[id] = StrictRule(id, aws, source)
    return lambda function: function


def table_check(id: str, aws: str, source: str) -> Callable[[Check], Check]:
    """Register a rule on a whole CreateTable request: the function returns AWS's message, or None.

    An UpdateTable request is held against the same rules, as the CreateTable request of the table it would lead to.
    """
    rule(id, aws, source)

    def register(function: Check) -> Check:
        TABLE_CHECKS.append((id, function))
        return function

    return register


def upheld(id: str, aws: str, source: str) -> None:
    """Register a rule that the emulator keeps by itself. Its test makes sure that it stays so."""
    rule(id, aws, source)


def refuse_bad_table(request: Request) -> None:
    """Raise Refused with the first message that AWS would answer to this CreateTable request."""
    for _, check in TABLE_CHECKS:
        if message := check(request):
            raise RequestRefused(message)
