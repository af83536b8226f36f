"""The constraints of a model on a request, compiled once per shape into functions that add what a value breaks."""

import functools
import json
import re
from collections.abc import Callable
from typing import Any

from scripts.local_aws.service_models import model_exceptions
from scripts.local_aws.service_models.model_shapes import Shape, input_shape, shape

# Called with a value, its path in the request, and the list that what it breaks is added to.
Check = Callable[[Any, str, list[str]], None]

MOST = 10  # of several violations AWS tells the first ten
CONSTRAINED = ("required", "union", "enum", "pattern", "min", "max")


class OwnWords(Exception):
    """A violation that the service tells in words of its own."""


def violations(service: str, operation: str, request: Any) -> str | None:
    """AWS's message about the constraints that a request of an operation breaks, None when it breaks none."""
    name = input_shape(service, operation)
    if name is None:
        return None
    found: list[str] = []
    for member in sorted(model_exceptions.REQUIRED):
        if member[:2] == (service, operation) and request.get(member[2]) is None:
            found.append(_sentence(None, _lower(member[2]), "Member must not be null"))
    try:
        if check := compiled(service, name):
            check(request, "", found)
    except OwnWords as words:
        return str(words)
    if not found:
        return None
    count = f"{len(found[:MOST])} validation error{'s' if len(found) > 1 else ''} detected"
    return f"{count}: {'; '.join(found[:MOST])}"


@functools.cache
def compiled(service: str, name: str) -> Check | None:
    """The check of a shape and of all that is in it, None when nothing there is constrained."""
    if not _constrained(service, name, frozenset()):
        return None
    described = shape(service, name)
    own = _own(service, name, described)
    within = WITHIN.get(described["type"], _nothing_within)(service, described)
    words = model_exceptions.OWN_WORDS.get((service, name))

    def check(value: Any, path: str, found: list[str]) -> None:
        before = len(found)
        for each in own:
            each(value, path, found)
        if words and len(found) > before:
            raise OwnWords(words.format(value=value))
        within(value, path, found)

    return check


def _constrained(service: str, name: str, seen: frozenset[str]) -> bool:
    described = shape(service, name)
    if name in seen or (service, name) in model_exceptions.UNCHECKED:
        return False
    if any(described.get(constraint) for constraint in CONSTRAINED):
        return True
    below = [described[key] for key in ("member", "key", "value") if key in described]
    below += (described.get("members") or {}).values()
    return any(_constrained(service, each["shape"], seen | {name}) for each in below)


def _lazily(service: str, name: str) -> Check | None:
    """As `compiled`; a shape that holds itself is compiled when it is first met."""
    if not _constrained(service, name, frozenset()):
        return None

    def check(value: Any, path: str, found: list[str]) -> None:
        wanted = compiled(service, name)
        if wanted:
            wanted(value, path, found)

    return check


def _structure(service: str, described: Shape) -> Check:
    required = set(described.get("required", ()))
    members = [
        (name, _lower(name), name in required, _lazily(service, each["shape"]))
        for name, each in described["members"].items()
    ]
    members = [each for each in members if each[2] or each[3]]

    def check(value: Any, path: str, found: list[str]) -> None:
        before = f"{path}." if path else ""
        for name, lower, is_required, within in members:
            member = value.get(name)
            if member is None:
                if is_required:
                    found.append(_sentence(None, before + lower, "Member must not be null"))
            elif within:
                within(member, before + lower, found)

    return check


def _list(service: str, described: Shape) -> Check:
    within = _lazily(service, described["member"]["shape"])

    def check(value: Any, path: str, found: list[str]) -> None:
        if within:
            for position, each in enumerate(value, start=1):
                if each is not None:
                    within(each, f"{path}.{position}.member", found)

    return check


def _map(service: str, described: Shape) -> Check:
    keys, values = (_lazily(service, described[part]["shape"]) for part in ("key", "value"))

    def check(value: Any, path: str, found: list[str]) -> None:
        for key, each in value.items():
            broken: list[str] = []
            if keys:
                keys(key, path, broken)
            if broken:
                constraints = [sentence.partition("failed to satisfy constraint: ")[2] for sentence in broken]
                found.append(_sentence(value, path, f"Map keys must satisfy constraint: [{', '.join(constraints)}]"))
            if values and each is not None:
                values(each, f"{path}.{key}.member", found)

    return check


def _nothing_within(_service: str, _described: Shape) -> Check:
    return lambda _value, _path, _found: None


WITHIN: dict[str, Callable[[str, Shape], Check]] = {"structure": _structure, "list": _list, "map": _map}


def _own(service: str, name: str, described: Shape) -> list[Check]:
    """The checks of what a shape says about a value as a whole, in the order in which AWS asks them."""
    checks: list[Callable[[Any], str | None]] = []
    kind = described["type"]
    if described.get("union"):
        checks.append(lambda value: None if len(value) == 1 else "Member must have exactly one of its members set")
    if pattern := described.get("pattern"):
        fits = re.compile(model_exceptions.PATTERNS.get(pattern) or pattern).fullmatch
        sentence = f"Member must satisfy regular expression pattern: {pattern}"
        checks.append(lambda value: None if fits(value) else sentence)
    measure, noun = (_number, "value") if kind in ("integer", "long", "double", "float") else (len, "length")
    if kind == "structure":
        return [_checking(check) for check in checks]
    if (least := described.get("min")) is not None:
        too_little = f"Member must have {noun} greater than or equal to {least}"
        checks.append(lambda value: None if measure(value) >= least else too_little)
    if (most := described.get("max")) is not None:
        too_much = f"Member must have {noun} less than or equal to {most}"
        checks.append(lambda value: None if measure(value) <= most else too_much)
    if enum := described.get("enum"):
        values = model_exceptions.ENUM_ORDER.get((service, name)) or enum
        unknown = f"Member must satisfy enum value set: [{', '.join(values)}]"
        checks.append(lambda value: None if value in enum else unknown)
    return [_checking(check) for check in checks]


def _checking(broken: Callable[[Any], str | None]) -> Check:
    def check(value: Any, path: str, found: list[str]) -> None:
        if constraint := broken(value):
            found.append(_sentence(value, path, constraint))

    return check


def _number(value: Any) -> float:
    return float(value)


def _lower(name: str) -> str:
    return name[0].lower() + name[1:]


def _sentence(value: Any, path: str, constraint: str) -> str:
    told = "null" if value is None else f"'{_told(value)}'"
    return f"Value {told} at '{path}' failed to satisfy constraint: {constraint}"


def _told(value: Any) -> str:
    """A value as AWS shows it in a message."""
    if isinstance(value, list):
        return f"[{', '.join(map(_told, value))}]"
    if isinstance(value, str):
        return value
    return json.dumps(value, default=str)
