"""The sections of a runbook about alarms: of the kinds that the service has, and of the causes to which those lead."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from scripts.input_file import read_text
from scripts.monitoring import alarm_words
from scripts.monitoring.kinds import KINDS, OPERATION, PAGE, SECTIONS, UNHEALTHY, kind_of
from scripts.text.markdown import code

ALARMS = Path(__file__).with_name("runbook_alarms.markdown")


class AlarmSections(NamedTuple):
    """`rows`: of the table that leads from the end of an alarm's name to its section; `texts`: the sections, in order."""

    rows: list[tuple[str, ...]]
    texts: list[str]


def alarm_sections(alarms: Iterable[str]) -> AlarmSections:
    """What a runbook says about alarms with these names, which are all that the service's templates contain.

    A section that one of theirs links to is there as well: throttling at level essential has no alarm on its causes,
    but is mitigated as these are. Raises LookupError for a kind of alarm without a text.
    """
    sections = _by_anchor()
    kinds = [kind_of(name) for name in alarms]
    own = {kind.section if kind else UNHEALTHY for kind in kinds}
    shown = _with_linked(own, sections)
    rows = [_row(anchor, sections[anchor]) for anchor in (UNHEALTHY, *SECTIONS) if anchor in own]
    return AlarmSections(rows, [text for anchor, text in sections.items() if anchor in shown])


def slug(heading: str) -> str:
    """The anchor that GitHub gives to a heading of plain words."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def _by_anchor() -> dict[str, str]:
    """Every section, by its anchor."""
    texts = re.split(r"^(?=## )", read_text(ALARMS), flags=re.MULTILINE)
    sections = {slug(_heading(text)): text.rstrip() for text in texts if text.strip()}
    for section in SECTIONS:
        if section not in sections:
            raise LookupError(
                f"An alarm in scripts/monitoring/kinds.py leads to the runbook section {section}, which is not there: add the "
                f"heading `## {section.replace('-', ' ').capitalize()}` to scripts/pages/{ALARMS.name}, with Meaning, Impact, "
                "Diagnosis and Mitigation."
            )
    return sections


def _heading(text: str) -> str:
    return text.partition("\n")[0].removeprefix("## ")


def _with_linked(own: Iterable[str], sections: dict[str, str]) -> set[str]:
    shown: set[str] = set()
    waiting = set(own)
    while waiting:
        anchor = waiting.pop()
        shown.add(anchor)
        waiting |= set(re.findall(r"\]\(#([\w-]+)\)", sections[anchor])) & sections.keys() - shown
    return shown


def _row(section: str, text: str) -> tuple[str, ...]:
    """A section with the endings of the alarms' names that lead to it, reads and writes side by side."""
    link = f"[{_heading(text)}](#{section})"
    if section == UNHEALTHY:
        return code(f"-{UNHEALTHY}"), link, PAGE, "any of the pages below is on"
    kinds = [kind for kind in KINDS if kind.section == section]
    kind = kinds[0]
    limit = (
        f"{alarm_words.more_than(kind, kind.threshold)} {kind.unit}"
        if kind.scope != OPERATION
        else "more than the objective"
    )
    span = alarm_words.span(kind, (kind.datapoints, kind.evaluation_periods))
    return ", ".join(code(f"-{kind.name}") for kind in kinds), link, kind.severity, f"{limit}, {span}"
