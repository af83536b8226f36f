"""What a plan says about a change of a setting or of alarms."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scripts.comparison.compare import UNKNOWN, Finding
from scripts.comparison.finding_words import shown
from scripts.model import ContractTable, TtlTransition
from scripts.planning.entries import ADDED, REMOVED, PlanLine
from scripts.planning.setting_risks import setting_risks

Effect = Callable[[Any, Any], str]
# What a change means beyond itself where that is no risk, by property; each looks at the wanted and the live value.
EFFECTS: Mapping[str, Effect] = {
    "billing mode": lambda _wanted, _live: "It takes minutes; reads and writes go on.",
    "encryption": lambda _wanted, _live: "Data stays available.",
    "time to live": lambda wanted, _live: "" if wanted else "Items that expire are no longer deleted.",
    "auto scaling": lambda wanted, live: "Capacity moves into the new limits by itself." if wanted and live else "",
}


def setting_line(finding: Finding, table: ContractTable, live: Any) -> PlanLine:
    """One difference as what will happen. `live`: the value, or why it is not known."""
    subject = f"{finding.property} of {finding.subject}" if finding.subject else finding.property
    if isinstance(live, TtlTransition):
        risks = setting_risks("time to live", table, finding.desired, live.attribute if live.on else "")
        return PlanLine(f"{_capital(subject)} could not be judged: {finding.reason.rstrip('.')}.", risks=risks)
    if finding.outcome == UNKNOWN:
        text = f"{_capital(subject)} could not be judged: {finding.reason.rstrip('.')}."
        return PlanLine(text, unread=not finding.in_progress)
    found, wanted = (shown(finding.property, value) for value in _differing(finding))
    effect = EFFECTS.get(finding.property, lambda _wanted, _live: "")(finding.desired, finding.live)
    text = f"{_capital(subject)}: {found} becomes {wanted}. {effect}".strip()
    return PlanLine(text, risks=setting_risks(finding.property, table, finding.desired, finding.live))


def _differing(finding: Finding) -> tuple[Any, Any]:
    """What is live and what is wanted; of what tables and indexes have one by one only the parts that differ."""
    live, wanted = finding.live, finding.desired
    if finding.property not in BY_TARGET:
        return live, wanted
    return tuple(part for part in live if part not in wanted), tuple(part for part in wanted if part not in live)


BY_TARGET = ("provisioned capacity", "auto scaling", "on-demand maximum", "warm throughput", "Contributor Insights")


def alarm_lines(findings: Sequence[Finding]) -> tuple[PlanLine, ...]:
    """The changes of alarms by their number; the names are in the templates."""
    unread = [finding for finding in findings if finding.outcome == UNKNOWN]
    added = {f.subject for f in findings if f.property == "existence" and f not in unread}
    changed = {f.subject for f in findings if f not in unread} - added
    lines = [PlanLine(f"{alarms(len(added))} added.", ADDED)] if added else []
    lines += [PlanLine(f"{alarms(len(changed))} changed.")] if changed else []
    if unread:
        which = "1 alarm" if len(unread) == 1 else f"{len(unread)} alarms"
        lines.append(PlanLine(f"{which} could not be read: {unread[0].reason.rstrip('.')}.", unread=True))
    return tuple(lines)


def alarms_removed(number: int) -> PlanLine:
    """How many alarms the stack has no more."""
    return PlanLine(f"{alarms(number)} removed.", REMOVED)


def alarms(number: int) -> str:
    """`1 alarm is`, `3 alarms are`."""
    return "1 alarm is" if number == 1 else f"{number} alarms are"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
