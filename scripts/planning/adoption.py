"""Take a table that no stack has yet into a stack of ours: by an import of it as it is, after which it is changed as any other."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from scripts.model import DesiredTable, LiveTable, TtlTransition, Unknown
from scripts.planning.plan_rules import NOT_KNOWN
from scripts.planning.reasons import Reason, reason
from scripts.properties import PROPERTIES
from scripts.templates.template import table_template

# What an import leaves out: alarms and auto scaling are resources of their own, made by the first step after it; warmth
# that nobody asked for grows by itself.
LEFT_OUT: dict[str, Any] = {"alarms": (), "scaling": (), "warm_throughput": (), "exceptions": ()}


def unknown_settings(live: LiveTable) -> Iterator[tuple[str, Unknown]]:
    """What an import has to state and AWS does not tell, by the name of its property.

    Time to live that AWS is switching is known well enough: a template states the one attribute or the other.
    """
    for property in PROPERTIES:
        value = getattr(live, property.field)
        if property.field not in LEFT_OUT and isinstance(value, Unknown) and not isinstance(value, TtlTransition):
            yield property.name, value


def as_it_is(desired: DesiredTable, live: LiveTable) -> DesiredTable:
    """The desired state that leaves a live table as it is, but for what an import leaves out and the tags of others.

    Raises ValueError, with the names of the properties, while it has `unknown_settings`.
    """
    if unknown := [name for name, _ in unknown_settings(live)]:
        raise ValueError(f"not known of table {live.name}: {', '.join(unknown)}")
    values = {field.name: getattr(live, field.name) for field in fields(DesiredTable) if hasattr(live, field.name)}
    ours = {key for key, _ in desired.tags}
    values["tags"] = tuple(tag for tag in values["tags"] if tag[0] in ours)
    if isinstance(switching := values["ttl_attribute"], TtlTransition):
        on, off = (switching.attribute, "") if switching.on else ("", switching.attribute)
        values |= {"ttl_attribute": on, "ttl_off": off}
    return DesiredTable(**values | LEFT_OUT)


def obstacles(live: LiveTable) -> Iterator[Reason]:
    """Why a table cannot be imported now, each with the way out; beside what makes any change of it impossible."""
    for name, value in unknown_settings(live):
        yield reason(NOT_KNOWN, property=name, why=value.reason.rstrip("."))


def import_template(desired: DesiredTable, live: LiveTable, service: str, environment: str) -> dict[str, Any]:
    """The template of an import: nothing but the table, every property that we manage as it is.

    Outputs cannot be part of an import. Tags of others are left out, or the next step would take them away. Raises
    ValueError, as `as_it_is`.
    """
    whole = table_template(as_it_is(desired, live), service, environment)
    return {
        **{key: whole[key] for key in whole if key != "Outputs"},
        "Resources": {"Table": whole["Resources"]["Table"]},
    }
