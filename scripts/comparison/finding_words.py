"""Findings in plain words, for terminals and pages alike."""

from typing import Any

from scripts.comparison.compare import UNKNOWN, Finding
from scripts.properties import BY_NAME

MAX_SHOWN = 200
# How what is beside the tables is called, by its property.
AROUND = {
    "alarm topic": "alarm topic {subject}",
    "encryption of the alarm topic": "encryption of alarm topic {subject}",
    "policy of the alarm topic": "policy of alarm topic {subject}",
    "e-mail subscription": "the subscription of {subject}",
    "dashboard": "dashboard {subject}",
    "key of the tables": "key {subject} of the tables",
    "backup vault": "backup vault {subject}",
    "backup plan": "backup plan {subject}",
    "backup selection": "backup selection {subject}",
}
STACK = ("stack status", "termination protection", "stack policy")
OF_A_STACK = ("stack output ", "DeletionPolicy of ", "UpdateReplacePolicy of ")
# Sentences of their own, by property and what was found; else: "... is ..., wanted: ...".
SENTENCES = {
    ("alarm topic", "missing"): "alarm topic {subject} does not exist: what it should tell reaches nobody",
    ("e-mail subscription", "not confirmed"): "the subscription of {subject} is not confirmed: alarms do not reach it",
    ("e-mail subscription", "missing"): "{subject} is not subscribed: alarms do not reach it",
    ("policy of the alarm topic", "does not let CloudWatch publish"): "alarm topic {subject} does not let CloudWatch "
    "publish: alarms reach nobody",
    ("dashboard", "missing"): "dashboard {subject} does not exist",
    ("dashboard", "different"): "dashboard {subject} is not as it was generated",
    ("backup vault", "missing"): "backup vault {subject} does not exist",
    ("backup plan", "missing"): "backup plan {subject} does not exist: no backups are made",
    ("backup selection", "missing"): "backup selection {subject} does not exist: no table is backed up",
    ("backup coverage", "not covered"): "no backup selection covers the table: it is not backed up by AWS Backup",
    ("stack status", "missing"): "the stack does not exist",
    ("enabled", "False"): "alarm {subject} has its actions switched off: it tells nobody",
}
CAUSES = {
    "outside": "Its stack asks for it: it was probably changed outside of CloudFormation. Who did it, and what to do first: the runbook, Something was changed.",
    "undeployed": "Its stack does not ask for it yet: it was not deployed.",
    "lost": "Its stack has it, but it does not exist: it was deleted outside of CloudFormation.",
    "recorded": "The record says that it was deployed: someone deleted it, and its stack.",
    "busy": "CloudFormation is working on its stack.",
    "stuck": "Its stack is in the middle of a change that has failed.",
}


def sentence(finding: Finding) -> str:
    """What is wrong, as a sentence without a full stop; the table's name is not part of it."""
    subject = _subject(finding)
    if finding.outcome == UNKNOWN:
        return f"{subject} could not be judged: {finding.reason.rstrip('.')}"
    own = SENTENCES.get((finding.property, str(finding.live)))
    if own:
        return own.format(subject=finding.subject)
    if finding.property == "existence":
        known = finding.desired == "exists"
        where = "the table" if not finding.subject else _kind(finding)
        return f"{where} does not exist" if known else f"{where} exists, but the contract does not have it"
    if finding.group == "Access":
        what = finding.property.removeprefix("write probe: ")
        if what != finding.property:
            return f"{_kind(finding)} fails the write probe ({what}): {finding.reason.rstrip('.')}"
        return f"{_kind(finding)} refuses a query: {finding.reason.rstrip('.')}"
    wanted, found = both(finding)
    return f"{subject} is {found}, wanted: {wanted}"


def shown(name: str, value: Any) -> str:
    """A value of a property as a person would say it."""
    return _cut(_whole(name, value))


def both(finding: Finding) -> tuple[str, str]:
    """What is wanted and what was found. Where they are long, the part with their first difference."""
    pair = _whole(finding.property, finding.desired), _whole(finding.property, finding.live)
    same = next((at for at, (one, other) in enumerate(zip(*pair, strict=False)) if one != other), min(map(len, pair)))
    start = same - MAX_SHOWN // 4 if same > MAX_SHOWN // 2 and max(map(len, pair)) > MAX_SHOWN else 0
    return _cut(pair[0], start), _cut(pair[1], start)


def _cut(text: str, start: int = 0) -> str:
    before = "..." if start else ""
    text = before + text[start:]
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 3]}..."


def _whole(name: str, value: Any) -> str:
    if name in BY_NAME:
        return BY_NAME[name].shown(value)
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ", ".join(str(part[-1] if isinstance(part, tuple) else part) for part in value) or "none"
    return str(value) or "empty"


def _subject(finding: Finding) -> str:
    if finding.property == "existence":
        return "the table" if not finding.subject else _kind(finding)
    if finding.property in AROUND:
        return AROUND[finding.property].format(subject=finding.subject)
    if finding.property in STACK or finding.property.startswith(OF_A_STACK):
        return f"{finding.property} of {finding.subject}" if finding.subject else finding.property
    return f"{finding.property} of {_kind(finding)}" if finding.subject else finding.property


def _kind(finding: Finding) -> str:
    if not finding.subject:
        return "the table"
    return f"{'alarm' if finding.group == 'Alarms' else 'index'} {finding.subject}"
