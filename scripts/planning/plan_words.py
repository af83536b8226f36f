"""What a plan says about a change, and about what it means for those who use the table."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scripts.comparison.compare import UNKNOWN, Finding
from scripts.comparison.finding_words import shown
from scripts.model import Index
from scripts.properties.billing import ON_DEMAND

Impact = Callable[[Any, Any], str]


def _stream(wanted: str, live: str) -> str:
    if not wanted:
        return (
            "Its consumers stop, and what is written from now on is in no stream; the old one can be read for 24 hours."
        )
    return "It is a new stream with a new ARN: its consumers stop and must be pointed at it." if live else ""


def _recovery(wanted: int, live: int) -> str:
    if not wanted:
        return "All restore points are lost, and from then on no point in time can be restored."
    return f"Restore points older than {wanted} days are gone at once." if wanted < live else ""


def _billing(wanted: str, _live: str) -> str:
    often = (
        "At most four switches to on-demand a day." if wanted == ON_DEMAND else "Requests beyond its capacity throttle."
    )
    return f"It takes minutes; reads and writes go on. {often}"


def _encryption(wanted: str, _live: str) -> str:
    owned = wanted in ("aws-owned", "aws-managed")
    readers = "" if owned else " Whoever reads or writes needs kms:Decrypt on the new key."
    return f"Data stays available. At most four changes a day.{readers}"


def _time_to_live(wanted: str, _live: str) -> str:
    if wanted:
        return f"Items whose {wanted} has passed are deleted within days."
    return "Items that expire are no longer deleted."


def _kinesis(_wanted: str, live: str) -> str:
    return "What reads the old stream gets nothing more." if live else ""


def _maximum(wanted: Any, _live: Any) -> str:
    return "Requests beyond it are throttled." if wanted else ""


# What a change means beyond itself, by property; each looks at the wanted and the live value.
IMPACTS: Mapping[str, Impact] = {
    "billing mode": _billing,
    "on-demand maximum": _maximum,
    "warm throughput": lambda _wanted, _live: "It is paid once, and never goes down again.",
    "table class": lambda _wanted, _live: "At most two changes in 30 days; its indexes change with it.",
    "deletion protection": lambda wanted, _live: "" if wanted else "From then on a single call deletes the table.",
    "point-in-time recovery": _recovery,
    "encryption": _encryption,
    "time to live": _time_to_live,
    "stream": _stream,
    "Kinesis stream": _kinesis,
    "resource policy": lambda _wanted, _live: "Who may use the table changes at once.",
    "auto scaling": lambda _wanted, _live: "Capacity moves into the new limits by itself.",
}


def change(finding: Finding) -> str:
    """One difference as what will happen."""
    subject = f"{finding.property} of {finding.subject}" if finding.subject else finding.property
    if finding.outcome == UNKNOWN:
        return f"{_capital(subject)} could not be judged: {finding.reason.rstrip('.')}."
    live, wanted = shown(finding.property, finding.live), shown(finding.property, finding.desired)
    impact = IMPACTS.get(finding.property, lambda _wanted, _live: "")(finding.desired, finding.live)
    return f"{_capital(subject)}: {live} becomes {wanted}. {impact}".strip()


def alarm_changes(findings: Sequence[Finding]) -> tuple[str, ...]:
    """The changes of alarms by their number; the names are in the templates."""
    unread = [finding for finding in findings if finding.outcome == UNKNOWN]
    added = {f.subject for f in findings if f.property == "existence" and f not in unread}
    changed = {f.subject for f in findings if f not in unread} - added
    counts = ((len(added), "added"), (len(changed), "changed"))
    words = [f"{number} {'alarm is' if number == 1 else 'alarms are'} {what}." for number, what in counts if number]
    number = len(unread)
    which = "1 alarm" if number == 1 else f"{number} alarms"
    return (*words, *([f"{which} could not be read: {unread[0].reason.rstrip('.')}."] if unread else []))


def index_added(index: Index) -> str:
    """A new index, with its keys and projection."""
    return f"Add index {index.name} ({index})."


def index_removed(index: Index) -> str:
    """An index that goes."""
    return f"Remove index {index.name}. Queries on it fail from then on."


def created(keys: object, indexes: Sequence[Index], local: Sequence[Index], alarms: int) -> tuple[str, ...]:
    """What a new table has."""
    return (
        f"Keys: {keys}.",
        *map(index_added, indexes),
        *(f"Add local index {index.name} ({index}). It can never be changed later." for index in local),
        *([f"{alarms} {'alarm is' if alarms == 1 else 'alarms are'} added."] if alarms else []),
    )


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
