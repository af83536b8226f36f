"""What a service's own pages, policies and templates say about one of its tables: little enough to be remembered."""

from typing import Any, NamedTuple

from scripts.capacity.cost_lines import Total
from scripts.model import Alarm, AnyAlarm, CompositeAlarm, ContractTable, DesiredTable, Scaling
from scripts.monitoring.dashboard import Room
from scripts.monitoring.usage import Expected


class TableSummary(NamedTuple):
    """One table in one environment. `state`: as `bare` leaves it; `size`: bytes of its template as it is submitted.

    `requests`: the reads and writes that it gets, as far as they are known; `room`: what it takes on a dashboard.
    """

    state: DesiredTable
    total: Total
    size: int
    resources: int
    requests: tuple[Expected, ...]
    room: Room

    def to_json(self) -> list[Any]:
        """As lists, texts and numbers, without what the contract says."""
        state = self.state
        alarms = [[alarm.name, isinstance(alarm, CompositeAlarm)] for alarm in state.alarms]
        scaling = [[s.index, s.kind, s.minimum, s.maximum, s.target] for s in state.scaling]
        names = [state.name, state.billing, state.encryption, state.stream, state.kinesis_stream]
        of_state = [*names, state.on_demand_maximum, scaling, alarms]
        return [of_state, self.total.to_json(), self.size, self.resources, self.requests, self.room]

    @classmethod
    def from_json(cls, value: list[Any], table: ContractTable) -> "TableSummary":
        """The value of `to_json`, of the same table. Raises ValueError, TypeError, KeyError or IndexError for any other."""
        (
            (name, billing, encryption, stream, kinesis, maximum, scaling, alarms),
            total,
            size,
            resources,
            requests,
            room,
        ) = value
        state = DesiredTable(
            name=name,
            keys=table.keys,
            indexes=table.indexes,
            local_indexes=table.local_indexes,
            billing=billing,
            encryption=encryption,
            stream=stream,
            kinesis_stream=kinesis,
            on_demand_maximum=tuple(map(tuple, maximum)),
            scaling=tuple(Scaling(*one) for one in scaling),
            alarms=tuple(_alarm(*row) for row in alarms),
        )
        expected = tuple(Expected(*one) for one in requests)
        return cls(state, Total.from_json(total), size, resources, expected, tuple(room))


def bare(state: DesiredTable) -> DesiredTable:
    """A desired state with what concerns more than the table; of its alarms the names, and which of them combine others."""
    return DesiredTable(
        name=state.name,
        keys=state.keys,
        indexes=state.indexes,
        local_indexes=state.local_indexes,
        billing=state.billing,
        encryption=state.encryption,
        stream=state.stream,
        kinesis_stream=state.kinesis_stream,
        on_demand_maximum=state.on_demand_maximum,
        scaling=state.scaling,
        alarms=tuple(map(_bare, state.alarms)),
    )


def _bare(alarm: AnyAlarm) -> AnyAlarm:
    return _alarm(alarm.name, isinstance(alarm, CompositeAlarm))


def _alarm(name: str, composite: bool) -> AnyAlarm:
    return CompositeAlarm(name, "", "") if composite else Alarm(name, "", (), "", 0, 0, 0, 0, "", "", "")
