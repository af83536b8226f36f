"""What a plan says about a change, and about what it means for those who use the table."""

from collections.abc import Sequence

from scripts.compare import UNKNOWN, Finding
from scripts.model import INCLUDE, Index
from scripts.words import shown

# What a change means beyond itself, by property; each looks at the wanted and the live value.
IMPACTS = {
    "stream": lambda _wanted, live: (
        "It is a new stream: consumers of the old one stop and must be pointed at it." if live else ""
    ),
    "point-in-time recovery": lambda wanted, live: (
        f"Restore points older than {wanted} days are gone at once." if wanted < live else ""
    ),
    "billing mode": lambda _wanted, _live: (
        "It takes minutes; reads and writes go on. At most four switches to on-demand a day."
    ),
    "table class": lambda _wanted, _live: "At most two changes in 30 days.",
    "encryption": lambda _wanted, _live: "Data stays available. At most four changes a day.",
    "deletion protection": lambda wanted, _live: "" if wanted else "From then on a single call deletes the table.",
    "time to live": lambda wanted, _live: f"Items whose {wanted} has passed are deleted within days." if wanted else "",
}


def change(finding: Finding) -> str:
    """One difference as what will happen."""
    subject = f"{finding.property} of {finding.subject}" if finding.subject else finding.property
    if finding.outcome == UNKNOWN:
        return f"{subject} could not be read: {finding.reason.rstrip('.')}."
    live, wanted = shown(finding.property, finding.live), shown(finding.property, finding.desired)
    impact = IMPACTS.get(finding.property, lambda _wanted, _live: "")(finding.desired, finding.live)
    return f"{subject[0].upper()}{subject[1:]}: {live} becomes {wanted}. {impact}".strip()


def alarm_changes(findings: Sequence[Finding]) -> tuple[str, ...]:
    """The changes of alarms by their number; the names are in the templates."""
    unread = [finding for finding in findings if finding.outcome == UNKNOWN]
    added = {f.subject for f in findings if f.property == "existence" and f not in unread}
    changed = {f.subject for f in findings if f not in unread} - added
    counts = ((len(added), "added"), (len(changed), "changed"))
    words = [f"{number} {'alarm is' if number == 1 else 'alarms are'} {what}." for number, what in counts if number]
    return (*words, *([f"{len(unread)} alarms could not be read: {unread[0].reason.rstrip('.')}."] if unread else []))


def index_added(index: Index) -> str:
    """A new index, with its keys and projection."""
    projection = f"INCLUDE {', '.join(index.included)}" if index.projection == INCLUDE else index.projection
    return f"Add index {index.name} ({index.keys}; {projection})."


def index_removed(index: Index) -> str:
    """An index that goes."""
    return f"Remove index {index.name}. Queries on it fail from then on."
