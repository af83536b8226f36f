"""What a plan is made from: every table after it was looked at, in AWS or in another revision of the contracts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from scripts.model import ContractTable, DesiredTable, LiveTable, Unknown
from scripts.planning.changes import Decision
from scripts.project.services import Service
from scripts.settings.deployment_file import Environment


class PlannedEnvironment(Protocol):
    """One service in one environment."""

    @property
    def service(self) -> Service: ...
    @property
    def environment(self) -> Environment: ...


class PlannedTable(Protocol):
    """One table that was looked at: what is wanted, what is there, and what has to happen.

    `template`: that of its stack, as CloudFormation tells it; empty where it has none, or where it is not known.
    """

    @property
    def place(self) -> PlannedEnvironment: ...
    @property
    def table(self) -> ContractTable: ...
    @property
    def desired(self) -> DesiredTable: ...
    @property
    def live(self) -> LiveTable | Unknown | None: ...
    @property
    def change(self) -> Decision: ...
    @property
    def template(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class OfflinePlace:
    """One service in one environment, without a connection to it."""

    service: Service
    environment: Environment


@dataclass(frozen=True, slots=True)
class OfflineJob:
    """One table, with what another revision of the contracts says in the place of what runs."""

    place: OfflinePlace
    table: ContractTable
    desired: DesiredTable
    live: LiveTable | Unknown | None
    change: Decision
    template: Mapping[str, Any] = field(default_factory=dict)
