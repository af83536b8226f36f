"""The steps of a change in words: what each one does, what it means for those who use the table, how long it takes."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from scripts.model import ContractTable, DesiredTable, Index, LiveTable, TtlTransition, Unknown
from scripts.planning.changes import ALONE, Decision, Step
from scripts.planning.durations import NOTHING, UPDATE, Minutes, backfill_words, step_time
from scripts.planning.entries import ADDED, CHANGED, REMOVED, PlanLine
from scripts.planning.risk_rules import INDEX_GONE
from scripts.planning.risks import Risk
from scripts.planning.setting_risks import setting_risks
from scripts.properties import PROPERTIES

NAMES = {property.field: property.name for property in PROPERTIES}
IMPORTED = "Import the table into its stack as it is: nothing about it changes."
BROUGHT = "Bring it to what the contract and its settings say."
SPLIT = frozenset({"stream", "time to live"})  # properties whose change takes steps of its own, told there


def step_lines(table: ContractTable, desired: DesiredTable, live: LiveTable, change: Decision) -> tuple[PlanLine, ...]:
    """What each step does, in their order, and what it risks. A step that is told by the changes of settings has no text."""
    lines: list[PlanLine] = []
    several = len(change.steps) > 1
    before, was = live.indexes, {name: getattr(live, name) for name in (*ALONE, "stream", "ttl_attribute")}
    was["ttl_off"] = ""
    for step in change.steps:
        now = {name: step.overrides.get(name, getattr(desired, name)) for name in was}
        parts = list(_indexes(replace(desired, **step.overrides), live, before, step))
        if several:
            parts += _stream(table, was["stream"], now["stream"], desired.stream)
        if several or step.waits_for_ttl:
            parts += _time_to_live(table, was, now, step, desired.ttl_attribute)
        if several and (names := [NAMES[name] for name in ALONE if was[name] != now[name]]):
            parts.append(PlanLine(f"Change {' and '.join(names)}{'' if parts else ' alone'}."))
        if several and not parts:
            parts.append(PlanLine("Change the settings alone."))
        lines.append(_joined(parts))
        before, was = step.indexes, now
    return tuple(lines)


def _joined(parts: list[PlanLine]) -> PlanLine:
    """Everything that one step does as one line; what goes is not hidden among the rest."""
    signs = {part.sign for part in parts}
    sign = REMOVED if REMOVED in signs else signs.pop() if len(signs) == 1 else CHANGED
    return PlanLine(" ".join(part.text for part in parts), sign, tuple(r for part in parts for r in part.risks))


def duration(
    desired: DesiredTable, live: LiveTable, change: Decision, told: int, additional: int
) -> tuple[str, Minutes | None]:
    """`3 steps, 30 to 60 minutes`, and these minutes where they are known; empty where there is nothing to wait for.

    `told`: the steps that are listed. `additional`: the stack operations that they take beyond one each.
    """
    total, known, before = UPDATE.times(additional), True, live.indexes
    for number, step in enumerate(change.steps):
        time = step_time(desired, live, before, step, first=number == 0)
        total, known, before = total + (time or NOTHING), known and time is not None, step.indexes
    waits = any(step.waits_for_ttl for step in change.steps)
    if told < 2 and not waits and {i.name for i in before} == {i.name for i in live.indexes}:
        return "", total if known else None
    words = f"{f'{told} steps' if told > 1 else '1 step'}, {total if known else 'how long is not known'}"
    return words, total if known else None


def _indexes(desired: DesiredTable, live: LiveTable, before: tuple[Index, ...], step: Step) -> Iterator[PlanLine]:
    had, has = {index.name: index for index in before}, {index.name: index for index in step.indexes}
    for name, index in has.items():
        if name not in had:
            yield PlanLine(f"Add index {name} ({index}). {backfill_words(desired, live, index)}", ADDED)
    for name in had:
        if name not in has:
            risk = Risk(INDEX_GONE, f"index {name} is REMOVED", "Queries on it fail from then on.", name)
            yield PlanLine(f"REMOVE index {name}.", REMOVED, (risk,))


def _stream(table: ContractTable, before: str, after: str, wanted: str) -> Iterator[PlanLine]:
    if before == after:
        return
    if not after:
        text = "Switch the stream off: its consumers stop, and what is written from now on is in no stream."
        yield PlanLine(text, REMOVED, setting_risks("stream", table, wanted, before))
    else:
        yield PlanLine(
            f"Switch the stream on as {after}: a new stream with a new ARN, which consumers must be pointed at."
        )


def _time_to_live(
    table: ContractTable, before: Mapping[str, Any], after: Mapping[str, Any], step: Step, at_last: str
) -> Iterator[PlanLine]:
    was, wanted, off = before["ttl_attribute"], after["ttl_attribute"], after["ttl_off"]
    wait = "Wait until time to live has been left alone for an hour, then switch it"
    switch = wait if step.waits_for_ttl else "Switch time to live"
    if off and not before["ttl_off"]:
        if isinstance(was, TtlTransition) and not was.on:
            yield PlanLine(f'Time to live by "{off}" is on its way off.')
        else:
            risks = () if at_last else setting_risks("time to live", table, "", off)
            yield PlanLine(f'{switch} off ("{off}"): expired items stay.', CHANGED, risks)
    elif wanted and (step.waits_for_ttl or (not isinstance(was, Unknown) and wanted != was)):
        risks = setting_risks("time to live", table, wanted, before["ttl_off"])
        yield PlanLine(f'{switch} on by "{wanted}": expired items are deleted within days.', CHANGED, risks)
    elif step.waits_for_ttl:
        yield PlanLine("Wait until AWS has switched time to live off, up to an hour, then take it out of the template.")
