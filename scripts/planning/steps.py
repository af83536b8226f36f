"""The steps of a change in words: what each one does, what it means for those who use the table, how long it takes."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from scripts.model import DesiredTable, Index, LiveTable, TtlTransition, Unknown
from scripts.planning.changes import ADOPT, ALONE, Decision, Step
from scripts.planning.durations import NOTHING, UPDATE, backfill_words, step_time
from scripts.planning.plan_words import index_added, index_removed
from scripts.properties import PROPERTIES

NAMES = {property.field: property.name for property in PROPERTIES}
IMPORTED = "Import the table into its stack as it is: nothing about it changes."
BROUGHT = "Bring it to what the contract and its settings say."
SPLIT = frozenset({"stream", "time to live"})  # properties whose change takes steps of its own, told there


def step_words(desired: DesiredTable, live: LiveTable, change: Decision) -> tuple[str, ...]:
    """One sentence or more for each step, in their order."""
    words: list[str] = []
    several = len(change.steps) > 1
    before, was = live.indexes, {name: getattr(live, name) for name in (*ALONE, "stream", "ttl_attribute")}
    was["ttl_off"] = ""
    for step in change.steps:
        now = {name: step.overrides.get(name, getattr(desired, name)) for name in was}
        said = list(_indexes(replace(desired, **step.overrides), live, before, step))
        if several:
            said += _stream(was["stream"], now["stream"])
        if several or step.waits_for_ttl:
            said += _time_to_live(was, now, step)
        if several and (names := [NAMES[name] for name in ALONE if was[name] != now[name]]):
            said.append(f"Change {' and '.join(names)}{'' if said else ' alone'}.")
        words.append(" ".join(said) or ("Change the settings alone." if several else ""))
        before, was = step.indexes, now
    return tuple(words)


def duration(desired: DesiredTable, live: LiveTable, change: Decision, told: int) -> str:
    """`3 steps, 30 to 60 minutes`; empty where there is nothing to wait for. `told`: the steps that are listed."""
    total, known, before = UPDATE if change.action == ADOPT else NOTHING, True, live.indexes
    for number, step in enumerate(change.steps):
        time = step_time(desired, live, before, step, first=number == 0)
        total, known, before = total + (time or NOTHING), known and time is not None, step.indexes
    waits = any(step.waits_for_ttl for step in change.steps)
    if told < 2 and not waits and {i.name for i in before} == {i.name for i in live.indexes}:
        return ""
    return f"{f'{told} steps' if told > 1 else '1 step'}, {total if known else 'how long is not known'}"


def _indexes(desired: DesiredTable, live: LiveTable, before: tuple[Index, ...], step: Step) -> Iterator[str]:
    had, has = {index.name: index for index in before}, {index.name: index for index in step.indexes}
    for name, index in has.items():
        if name not in had:
            yield f"{index_added(index)} {backfill_words(desired, live, index)}"
    yield from (index_removed(index) for name, index in had.items() if name not in has)


def _stream(before: str, after: str) -> Iterator[str]:
    if before == after:
        return
    if not after:
        yield "Switch the stream off: its consumers stop, and what is written from now on is in no stream."
    else:
        yield f"Switch the stream on as {after}: a new stream with a new ARN, which consumers must be pointed at."


def _time_to_live(before: Mapping[str, Any], after: Mapping[str, Any], step: Step) -> Iterator[str]:
    was, wanted, off = before["ttl_attribute"], after["ttl_attribute"], after["ttl_off"]
    wait = "Wait until time to live has been left alone for an hour, then switch it"
    switch = wait if step.waits_for_ttl else "Switch time to live"
    going_off = isinstance(was, TtlTransition) and not was.on
    if off and not before["ttl_off"]:
        yield (
            f'Time to live by "{off}" is on its way off.'
            if going_off
            else f'{switch} off ("{off}"): expired items stay.'
        )
    elif wanted and (step.waits_for_ttl or (not isinstance(was, Unknown) and wanted != was)):
        yield f'{switch} on by "{wanted}": expired items are deleted within days.'
    elif step.waits_for_ttl:
        yield "Wait until AWS has switched time to live off, up to an hour, then take it out of the template."
