"""Findings in plain words, for terminals and pages alike."""

from typing import Any

from scripts.compare import UNKNOWN, Finding
from scripts.model import Keys
from scripts.properties import BY_NAME

MAX_SHOWN = 200


def sentence(finding: Finding) -> str:
    """What is wrong, as a sentence without a full stop; the table's name is not part of it."""
    subject = _subject(finding)
    if finding.outcome == UNKNOWN:
        return f"{subject} could not be judged: {finding.reason.rstrip('.')}"
    if finding.property == "existence":
        known = finding.desired == "exists"
        where = "the table" if not finding.subject else _kind(finding)
        return f"{where} does not exist" if known else f"{where} exists, but the contract does not have it"
    if finding.group == "Access":
        return f"{_kind(finding)} refuses a query: {finding.reason.rstrip('.')}"
    wanted, found = shown(finding.property, finding.desired), shown(finding.property, finding.live)
    return f"{subject} is {found}, wanted: {wanted}"


def shown(name: str, value: Any) -> str:
    """A value of a property as a person would say it."""
    if name in BY_NAME:
        text = BY_NAME[name].shown(value)
        return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 3]}..."
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, Keys):
        text = str(value)
    elif isinstance(value, tuple):
        text = ", ".join(str(part[-1] if isinstance(part, tuple) else part) for part in value) or "none"
    else:
        text = str(value) or "empty"
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 3]}..."


def _subject(finding: Finding) -> str:
    if finding.property == "existence":
        return "the table" if not finding.subject else _kind(finding)
    return f"{finding.property} of {_kind(finding)}" if finding.subject else finding.property


def _kind(finding: Finding) -> str:
    if not finding.subject:
        return "the table"
    return f"{'alarm' if finding.group == 'Alarms' else 'index'} {finding.subject}"
