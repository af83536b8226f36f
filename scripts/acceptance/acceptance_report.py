"""The report of a run: a line for each scenario on the terminal, JSON to send back, Markdown to read."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scripts.acceptance.outcome import AGREES, DIFFERS, NOT_TRIED, Difference, RunReport, ScenarioOutcome
from scripts.files import json_text, write_atomically
from scripts.text import markdown

Say = Callable[[str], None]
VERSION = 1  # of the form of report.json
MARKS = {AGREES: "agrees", DIFFERS: "DIFFERS", NOT_TRIED: "-"}


def show_outcome(outcome: ScenarioOutcome, say: Say) -> None:
    """Say what became of one scenario."""
    said = f": {outcome.reason}" if outcome.reason else ""
    say(f"{MARKS[outcome.outcome]:8} {outcome.id} ({outcome.seconds:.0f} s){said}")
    for each in outcome.differences:
        say(f"           {each.what}")
        say(f"             local AWS: {each.local}")
        say(f"             here:      {each.seen}")


def show(report: RunReport, folder: Path, say: Say) -> None:
    """Say what the whole run came to, and where its report is."""
    for name in report.left:
        say(f"LEFT     {name}")
    if report.problem:
        say(f"The run ended early: {report.problem}")
    say(
        f"{report.count(AGREES)} agree, {report.count(DIFFERS)} differ, {report.count(NOT_TRIED)} were not tried; "
        f"{f'{len(report.left)} things are left' if report.left else 'nothing is left'}. Report: {folder / 'report.md'}"
    )


def write(report: RunReport, folder: Path) -> None:
    """Write report.json and report.md. Neither names the account. Raises OSError."""
    write_atomically(folder / "report.json", json_text({"version": VERSION, **asdict(report)}))
    write_atomically(folder / "report.md", "\n".join(_page(report)) + "\n")


def read(text: str) -> RunReport:
    """The report that a report.json holds. Raises ValueError, saying what is wrong with it."""
    content: Any = json.loads(text)
    if not isinstance(content, dict) or content.pop("version", None) != VERSION:
        raise ValueError(f'"version" is not {VERSION}')
    try:
        outcomes = [
            ScenarioOutcome(**{**each, "differences": tuple(Difference(**one) for one in each["differences"])})
            for each in content.pop("outcomes")
        ]
        return RunReport(**content, outcomes=outcomes)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"it has not the form of a report ({error})") from None


def _page(report: RunReport) -> Iterator[str]:
    yield f"# Acceptance on {report.where} in {report.region}, {report.date}"
    yield ""
    yield f"Commit: {report.commit}"
    yield ""
    if report.problem:
        yield f"The run ended early: {markdown.text(report.problem)}"
        yield ""
    yield f"{report.count(AGREES)} agree, {report.count(DIFFERS)} differ, {report.count(NOT_TRIED)} were not tried."
    for each in report.outcomes:
        if each.outcome != DIFFERS:
            continue
        yield from ("", f"## {each.id}", "", markdown.text(each.question))
        yield from ("", f"| {each.id} | The local AWS | {report.where} |", "|---|---|---|")
        for one in each.differences:
            yield f"| {_cell(one.what)} | {_cell(one.local)} | {_cell(one.seen)} |"
    yield from ("", "| Scenario | | |", "|---|---|---|")
    for each in report.outcomes:
        yield f"| {each.id} | {each.outcome} | {_cell(each.reason)} |"
    if report.left:
        yield from ("", "## Left", "", *(f"- {markdown.text(name)}" for name in report.left))


def _cell(text: str) -> str:
    return markdown.text(text).replace("\n", " ")
