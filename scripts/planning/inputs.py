"""What a plan is made from: every table after it was looked at, in AWS or in another revision of the contracts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scripts.model import ContractTable, DesiredTable, LiveTable, Unknown
from scripts.observe.target import ServiceEnvironment
from scripts.planning.changes import Decision


@dataclass(frozen=True)
class PlannedTable:
    """One table that was looked at: what is wanted, what is there, and what has to happen.

    `template`: that of its stack, as CloudFormation tells it; empty where it has none, or where it is not known.
    """

    place: ServiceEnvironment
    table: ContractTable
    desired: DesiredTable
    live: LiveTable | Unknown | None
    change: Decision
    template: Mapping[str, Any] = field(default_factory=dict)
    from_files: bool = False  # `live` is what the template says, not what was read
    unread: tuple[str, ...] = ()  # what its stack may meet that could not be read: sentences
    unprotected: bool = False  # its stack is there, without termination protection
