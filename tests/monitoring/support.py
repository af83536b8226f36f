"""Small tables and their alarms."""

from dataclasses import replace
from typing import Any

from scripts.model import Alarm, CompositeAlarm, DesiredTable, Index, Scaling
from scripts.monitoring import fit
from scripts.monitoring.alarm_settings import AlarmSettings
from scripts.monitoring.kinds import KINDS, UNHEALTHY
from scripts.monitoring.notify import Notify
from scripts.monitoring.wanted_alarms import Watch, in_detail, service_alarms
from tests import samples

PEOPLE, FEED = "dynamodb-prod-shop-alarms", "dynamodb-prod-shop-alarms-feed"
RUNBOOK = "generated/shop/runbook.md"
EVERY_NAME = tuple(f"Orders-{name}" for name in (*(kind.name for kind in KINDS), UNHEALTHY))  # an alarm of each kind
EVERYTHING = AlarmSettings("full", latency_p99_ms={"Query": 20, "GetItem": 10})


def table(*indexes: str, name: str = "Orders", **more: Any) -> DesiredTable:
    """A table with indexes of these names."""
    return DesiredTable(
        name=name, keys=samples.keys("PK"), indexes=tuple(Index(each, samples.keys("x")) for each in indexes), **more
    )


def provisioned(*indexes: str, maximum: int = 1000) -> DesiredTable:
    """A provisioned table, auto scaled up to `maximum` units a second, with its indexes."""
    targets = ("", *indexes)
    scaling = tuple(Scaling(target, kind, 5, maximum, 70) for target in targets for kind in ("Read", "Write"))
    return table(*indexes, billing="PROVISIONED", throughput=tuple((t, 5, 5) for t in targets), scaling=scaling)


def limited(*indexes: str) -> DesiredTable:
    """An on-demand table with a maximum, also of each index."""
    return table(*indexes, on_demand_maximum=tuple((target, 100, 100) for target in ("", *indexes)))


def watch(state: DesiredTable, settings: AlarmSettings = EVERYTHING, **more: Any) -> Watch:
    """What the alarms of a table are made from."""
    return Watch(state, Notify((PEOPLE,), (FEED,)), RUNBOOK, settings, **more)


def alarms(state: DesiredTable, detail: int = 0, **more: Any) -> dict[str, Alarm | CompositeAlarm]:
    """The alarms of a table by their names; `detail` is one of `fit.DETAILS`, 0 the fullest."""
    return {alarm.name: alarm for alarm in in_detail(watch(state, **more), fit.DETAILS[detail])}


def of_service(settings: AlarmSettings = EVERYTHING, **more: Any) -> tuple[Alarm, ...]:
    """The alarms of the service that are no table's; `more` as `service_alarms` takes it."""
    return service_alarms("prod", "shop", Notify((PEOPLE,), (FEED,)), RUNBOOK, settings, **more)


def with_alarms(state: DesiredTable, detail: int = 0, **more: Any) -> DesiredTable:
    """The table with its alarms."""
    return replace(state, alarms=tuple(alarms(state, detail, **more).values()))
