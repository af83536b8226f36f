"""Compare a desired state with a live one: the one comparison behind deployment, validation, drift and adoption."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from scripts.model import ACTIVE, AnyAlarm, Deleting, DesiredTable, Index, LiveTable, Unknown
from scripts.properties import PROPERTIES

MATCH, MISMATCH, UNKNOWN = "match", "mismatch", "unknown"
BEYOND = "state beyond the settings"
GROUPS = ("Keys", "Indexes", "Settings", "Alarms", "Backup", "Access")


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
    local: bool = False  # the subject is a local secondary index
    in_progress: bool = False  # not known yet: AWS is still changing it
    code: str = ""  # of AWS's error, where that is why it is not known
    follows: str = ""  # what else is wrong, of which this follows, so that it cannot be judged


def compare(desired: DesiredTable, live: LiveTable | Unknown | None) -> tuple[Finding, ...]:
    """Every check of a table. `live` is None when the table does not exist, Unknown when that could not be told."""
    if live is None:
        return (Finding(desired.name, "Keys", "", "existence", MISMATCH, "exists", "does not exist"),)
    if isinstance(live, Unknown):
        return (
            Finding(
                desired.name,
                "Keys",
                "",
                "existence",
                UNKNOWN,
                "exists",
                None,
                live.reason,
                in_progress=live.in_progress,
                code=live.code,
            ),
        )
    return (
        _finding(desired, "Keys", "", "status", ACTIVE, live.status),
        _finding(desired, "Keys", "", "key schema", desired.keys, live.keys),
        *_settings(desired, live),
        *_indexes(desired, live),
        *_local_indexes(desired, live),
        *compare_alarms(desired.name, desired.alarms, live.alarms),
        *_beyond(desired, live),
    )


def _beyond(desired: DesiredTable, live: LiveTable) -> Iterator[Finding]:
    """State that no setting asks for: there should be none, and of what nobody has judged nothing is known."""
    for name, value in live.beyond:
        yield Finding(desired.name, "Settings", "", name, MISMATCH, "none", value)
    if live.unclassified:
        reason = f"AWS tells {', '.join(live.unclassified)}, which this version does not know"
        yield Finding(desired.name, "Settings", "", BEYOND, UNKNOWN, "none", None, reason)


def _finding(desired: DesiredTable, group: str, subject: str, name: str, wanted: Any, found: Any) -> Finding:
    if isinstance(found, Deleting):
        return Finding(desired.name, group, subject, name, MISMATCH, wanted, found.status)
    if isinstance(found, Unknown):
        return Finding(
            desired.name,
            group,
            subject,
            name,
            UNKNOWN,
            wanted,
            None,
            found.reason,
            in_progress=found.in_progress,
            code=found.code,
        )
    return Finding(desired.name, group, subject, name, MATCH if wanted == found else MISMATCH, wanted, found)


def _settings(desired: DesiredTable, live: LiveTable) -> Iterator[Finding]:
    for property in PROPERTIES:
        wanted, found = getattr(desired, property.field), getattr(live, property.field)
        if isinstance(found, Unknown):
            yield _finding(desired, "Settings", "", property.name, wanted, found)
        else:
            allowed = property.nearest(desired, found) if property.nearest else wanted
            if property.matches(allowed, found):
                yield Finding(desired.name, "Settings", "", property.name, MATCH, wanted, found)
            else:
                yield Finding(desired.name, "Settings", "", property.name, MISMATCH, allowed, found)


def _indexes(desired: DesiredTable, live: LiveTable) -> Iterator[Finding]:
    wanted = {index.name: index for index in desired.indexes}
    found = {index.name: index for index in live.indexes}
    status = dict(live.index_status)
    for name, index in wanted.items():
        if name not in found:
            yield Finding(desired.name, "Indexes", name, "existence", MISMATCH, "exists", "does not exist")
            continue
        is_ = status.get(name, Unknown("AWS states none"))
        if not isinstance(is_, Deleting):  # of which the table may have forgotten the types already
            yield from _definition(desired, index, found[name])
        yield _finding(desired, "Indexes", name, "status", ACTIVE, is_)
    for name in (name for name in found if name not in wanted):
        going = status.get(name)
        if isinstance(going, Deleting):  # as the contract wants it, and soon so
            args = (UNKNOWN, "does not exist", None, going.reason)
            yield Finding(desired.name, "Indexes", name, "existence", *args, in_progress=True)
        else:
            yield Finding(desired.name, "Indexes", name, "existence", MISMATCH, "does not exist", "exists")


def _local_indexes(desired: DesiredTable, live: LiveTable) -> Iterator[Finding]:
    """Local secondary indexes have no status of their own: they are there with the table."""
    wanted = {index.name: index for index in desired.local_indexes}
    found = {index.name: index for index in live.local_indexes}
    for name, index in wanted.items():
        if name in found:
            yield from (replace(finding, local=True) for finding in _definition(desired, index, found[name]))
        else:
            yield Finding(desired.name, "Indexes", name, "existence", MISMATCH, "exists", "does not exist", local=True)
    for name in (name for name in found if name not in wanted):
        yield Finding(desired.name, "Indexes", name, "existence", MISMATCH, "does not exist", "exists", local=True)


def _definition(desired: DesiredTable, wanted: Index, found: Index) -> Iterator[Finding]:
    for field in fields(Index)[1:]:
        values = getattr(wanted, field.name), getattr(found, field.name)
        yield _finding(desired, "Indexes", wanted.name, _INDEX_WORDS[field.name], *values)


_INDEX_WORDS = {"keys": "key schema", "projection": "projection", "included": "projected attributes"}


def compare_alarms(owner: str, desired: Sequence[AnyAlarm], live: Sequence[AnyAlarm] | Unknown) -> Iterator[Finding]:
    """Every check of the alarms of a table, or of what tables share: `owner`, the name that they are reported under."""
    if isinstance(live, Unknown):
        for alarm in desired:
            yield Finding(
                owner, "Alarms", alarm.name, "existence", UNKNOWN, "exists", None, live.reason, code=live.code
            )
        return
    found = {alarm.name: alarm for alarm in live}
    for alarm in desired:
        if alarm.name not in found:
            yield Finding(owner, "Alarms", alarm.name, "existence", MISMATCH, "exists", "does not exist")
            continue
        # What is there may be an alarm of the other type, which has none of some fields.
        pairs = {f.name: (getattr(alarm, f.name), getattr(found[alarm.name], f.name, None)) for f in fields(alarm)}
        differing = [name for name, (wanted, is_) in pairs.items() if wanted != is_]
        for name in differing:
            yield Finding(owner, "Alarms", alarm.name, name.replace("_", " "), MISMATCH, *pairs[name])
        if not differing:
            yield Finding(owner, "Alarms", alarm.name, "definition", MATCH)
