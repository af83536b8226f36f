"""Compare a desired state with a live one: the one comparison behind deployment, validation, drift and adoption."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any

from scripts.model import Alarm, Index, TableState, Unknown

MATCH, MISMATCH, UNKNOWN = "match", "mismatch", "unknown"
GROUPS = ("Keys", "Indexes", "Settings", "Alarms", "Access")


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check: what was looked at, what was wanted, what was found."""

    table: str
    group: str
    subject: str  # "" for the table itself, else the name of an index or alarm
    property: str
    outcome: str
    desired: Any = None
    live: Any = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a table that is compared as a whole: how it is called, where it is reported, where it stands."""

    name: str
    group: str
    of: Callable[[TableState], Any]


PROPERTIES = (
    Property("status", "Keys", lambda state: state.status),
    Property("key schema", "Keys", lambda state: state.keys),
    Property("billing mode", "Settings", lambda state: state.billing),
    Property("table class", "Settings", lambda state: state.table_class),
    Property("deletion protection", "Settings", lambda state: state.deletion_protection),
    Property("point-in-time recovery", "Settings", lambda state: state.recovery_days),
    Property("encryption", "Settings", lambda state: state.encryption),
    Property("time to live", "Settings", lambda state: state.ttl_attribute),
)


def compare(desired: TableState, live: TableState | Unknown | None) -> tuple[Finding, ...]:
    """Every check of a table. `live` is None when the table does not exist, Unknown when that could not be told."""
    if live is None:
        return (Finding(desired.name, "Keys", "", "existence", MISMATCH, "exists", "does not exist"),)
    if isinstance(live, Unknown):
        return (Finding(desired.name, "Keys", "", "existence", UNKNOWN, "exists", None, live.reason),)
    return (
        *(_finding(desired, p.group, "", p.name, p.of(desired), p.of(live)) for p in PROPERTIES),
        *_tags(desired, live),
        *_indexes(desired, live),
        *_alarms(desired, live),
    )


def _finding(desired: TableState, group: str, subject: str, name: str, wanted: Any, found: Any) -> Finding:
    if isinstance(found, Unknown):
        return Finding(desired.name, group, subject, name, UNKNOWN, wanted, None, found.reason)
    return Finding(desired.name, group, subject, name, MATCH if wanted == found else MISMATCH, wanted, found)


def _tags(desired: TableState, live: TableState) -> Iterator[Finding]:
    """Our tags must be there; tags that others add (cost tools, CloudFormation's own aws:...) are theirs to keep."""
    found = live.tags
    if not isinstance(found, Unknown):
        found = tuple(tag for tag in found if tag[0] in dict(desired.tags))
    yield _finding(desired, "Settings", "", "tags", desired.tags, found)


def _indexes(desired: TableState, live: TableState) -> Iterator[Finding]:
    wanted = {index.name: index for index in desired.indexes}
    found = {index.name: index for index in live.indexes}
    status = dict(live.index_status)
    for name, index in wanted.items():
        if name not in found:
            yield Finding(desired.name, "Indexes", name, "existence", MISMATCH, "exists", "does not exist")
            continue
        for field in fields(Index)[1:]:
            value = getattr(found[name], field.name)
            yield _finding(desired, "Indexes", name, _INDEX_WORDS[field.name], getattr(index, field.name), value)
        yield _finding(desired, "Indexes", name, "status", "ACTIVE", status.get(name, Unknown("AWS states none")))
    for name in (name for name in found if name not in wanted):
        yield Finding(desired.name, "Indexes", name, "existence", MISMATCH, "does not exist", "exists")


_INDEX_WORDS = {"keys": "key schema", "projection": "projection", "included": "projected attributes"}


def _alarms(desired: TableState, live: TableState) -> Iterator[Finding]:
    if isinstance(live.alarms, Unknown):
        for alarm in desired.alarms:
            yield _finding(desired, "Alarms", alarm.name, "existence", "exists", live.alarms)
        return
    found = {alarm.name: alarm for alarm in live.alarms}
    for alarm in desired.alarms:
        if alarm.name not in found:
            yield Finding(desired.name, "Alarms", alarm.name, "existence", MISMATCH, "exists", "does not exist")
            continue
        differing = [f.name for f in fields(Alarm) if getattr(alarm, f.name) != getattr(found[alarm.name], f.name)]
        for name in differing:
            values = getattr(alarm, name), getattr(found[alarm.name], name)
            yield _finding(desired, "Alarms", alarm.name, name.replace("_", " "), *values)
        if not differing:
            yield Finding(desired.name, "Alarms", alarm.name, "definition", MATCH)
