"""Where the value of an attribute comes from in MySQL, in few words; empty where the contract does not tell."""

import re
from collections.abc import Iterable

from scripts.lineage import Calculation, Join, Lookup, Transformation
from scripts.model import Attribute
from scripts.text.markdown import code, text

_COLUMN = re.compile(r"[^\W\d]\w*")
_PRINTF = re.compile(r"%[-+ #0]*\d*(\.\d+)?[a-zA-Z]")
_OPERATIONS = {"COUNT": "count", "SUM": "sum", "AVG": "average", "MIN": "minimum", "MAX": "maximum"}
_CASES_SHOWN = 6


def value_source(attribute: Attribute) -> str:
    """The source of a value as Markdown. With a join or a calculation it is never the column that only leads to it."""
    join, calculation, transformation = attribute.join, attribute.calculation, attribute.transformation
    if join and calculation:
        found = ""  # the contract says two things
    elif join:
        found = _joined(join, attribute.source_table)
    elif calculation:
        found = _computed(calculation)
    else:
        found = _column(attribute)
    return _transformed(transformation, found, bool(join or calculation)) if transformation else found


def template(attributes: Iterable[Attribute], name: str) -> str:
    """How the values of an attribute are put together (`ORDER#{id}`); empty where nothing puts them together."""
    for attribute in attributes:
        if attribute.name == name and attribute.transformation and not attribute.calculation:
            return _literal(attribute.transformation)
    return ""


def _column(attribute: Attribute) -> str:
    source = ".".join(part for part in (attribute.source_table, attribute.source_column) if part)
    return code(source) if source else ""


def _transformed(value: Transformation, source: str, elsewhere: bool) -> str:
    literal = _literal(value)
    if literal:
        return f"{code(literal)} with {source}" if source and elsewhere and "{" in literal else code(literal)
    if not source:
        return ""
    if value.format:
        return f"{source} as {code(value.format)}" if value.type and value.type != "json-parse" else ""
    return {"number-format": f"{source} as a number", "json-parse": f"{source} read as JSON"}.get(value.type, "")


def _literal(value: Transformation) -> str:
    """A text with the columns of its own row in braces, or without any; not what is applied to another value."""
    return "" if value.type != "string-format" or _PRINTF.search(value.format) else value.format


def _joined(join: Join, table: str) -> str:
    if join.type in _OF_THEIR_OWN:
        return _OF_THEIR_OWN[join.type](join)
    lookup = join.lookups[0]
    if join.type == "self-join":
        lookup = lookup._replace(table=join.alias or table)
    found = _selected(lookup)
    if not found:
        return ""
    if join.type == "conditional":
        condition = f" if {code(join.decides)}" if join.decides else ""
        return f"{found}{condition}{_else(join.otherwise)}{_by([lookup])}"
    how = _by([lookup], "self-join" if join.type == "self-join" else "join")
    return f"{found}{how}{_else(join.otherwise)}"


def _chain(join: Join) -> str:
    values = [_selected(lookup) for lookup in join.lookups]
    if not values or not (all(values) if join.separator else values[-1]):
        return ""
    value = f"{', '.join(values)} with {code(join.separator)} between them" if join.separator else values[-1]
    return f"{value}{_by(join.lookups)}{_else(join.otherwise)}"


def _json(join: Join) -> str:
    lookup = join.lookups[0]
    fields = [(name, _qualified(value, lookup.table)) for name, value in join.fields if value]
    if not fields:
        return ""
    shown = [code(value) + ("" if value.rpartition(".")[2] == name else f" as {code(name)}") for name, value in fields]
    kind = {"array": "JSON array", "object": "JSON object"}.get(join.shape, "JSON")
    return f"{kind} of {', '.join(shown)}{_by([lookup], which=_which(join))}"


def _exists(join: Join) -> str:
    lookup = join.lookups[0]
    return f"whether there is a row in {code(lookup.table)}{_by([lookup])}" if lookup.table else ""


def _list(join: Join) -> str:
    found = _selected(join.lookups[0])
    return f"all {found}{_by(join.lookups, which=_which(join))}" if found else ""


def _polymorphic(join: Join) -> str:
    branches = [(_selected(lookup), lookup) for lookup in join.lookups]
    if not branches or not all(found and lookup.when for found, lookup in branches):
        return ""
    shown = "; ".join(f"{code(lookup.when)}: {found}{_by([lookup])}" for found, lookup in branches)
    return f"{f'by {code(join.decides)}: ' if join.decides else ''}{shown}{_else(join.otherwise)}"


def _unknown(_: Join) -> str:
    return ""


_OF_THEIR_OWN = {
    "chain": _chain,
    "json-construction": _json,
    "exists-check": _exists,
    "aggregated-list": _list,
    "polymorphic-lookup": _polymorphic,
    "": _unknown,
}


def _computed(value: Calculation) -> str:
    if value.type == "case":
        cases = [f"{code(then)} if {code(when)}" for when, then in value.cases if when and then]
        if not cases or len(cases) < len(value.cases):
            return ""
        rest = len(cases) - _CASES_SHOWN
        shown = ", ".join(cases[:_CASES_SHOWN]) + (f", and {rest} more cases" if rest > 0 else "")
        return f"computed: {shown}{_else(value.otherwise)}"
    what = _selected(value.lookup)
    if value.type != "aggregate" or not value.operation or not what:
        return ""
    operation = _OPERATIONS.get(value.operation.upper()) or text(value.operation)
    return f"computed: {operation} of {what}{_by([value.lookup])}"


def _selected(lookup: Lookup) -> str:
    return code(_qualified(lookup.select, lookup.table)) if lookup.select else ""


def _qualified(value: str, table: str) -> str:
    """A column alone is one of the table that is looked into."""
    return f"{table}.{value}" if table and _COLUMN.fullmatch(value) else value


def _by(lookups: Iterable[Lookup], word: str = "join", which: str = "") -> str:
    steps = [" and ".join(map(code, lookup.conditions)) for lookup in lookups if lookup.conditions]
    parts = [f"{word} {', then '.join(steps)}" if steps else "", which]
    return f" ({'; '.join(filter(None, parts))})" if any(parts) else ""


def _which(join: Join) -> str:
    """Which of the rows, and in which order."""
    parts = [f"at most {text(join.limit)}" if join.limit else "", f"by {code(join.order)}" if join.order else ""]
    return ", ".join(filter(None, parts))


def _else(value: str) -> str:
    return f", else {code(value)}" if value else ""
