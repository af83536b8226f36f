"""Which names the JSON Schema of deployment.yaml allows at a place of the file."""

from collections.abc import Iterator
from typing import Any

from scripts.settings.deployment_file import Where, schema

Part = dict[str, Any]
ANY_NAME = "<name>"  # in the path of a place: any name


def names_at(where: Where) -> list[str]:
    """The names that are known at a path, in the order of the schema; none where any name, or no name, may stand."""
    part = part_at(where)
    return names_of(part) if part else []


def names_of(part: Part) -> list[str]:
    """The names that a part of the schema knows, by itself or by the parts that it refers to."""
    found: dict[str, None] = {}
    for facet in _facets(part):
        found |= dict.fromkeys((*facet.get("properties", ()), *facet.get("propertyNames", {}).get("enum", ())))
    return list(found)


def part_at(where: Where) -> Part | None:
    """The part of the schema that describes what stands at a path; None where the schema knows nothing."""
    part: Part | None = schema()
    for key in where:
        part = _below(part, key) if part else None
    return part


def accepts_text(where: Where) -> bool:
    """Whether a text, and no truth value, can stand at a path."""
    facets = list(_facets(part_at(where) or {}))
    return any(f.get("type") == "string" or any(isinstance(one, str) for one in f.get("enum", ())) for f in facets)


def places_of(name: str) -> list[Where]:
    """Every place of the file that knows a name, nearest to the top first; `<name>` stands for a name of one's own."""
    found = (where for where, part in _places((), schema()) if name in names_of(part))
    return sorted(found, key=len)


def _places(where: Where, part: Part) -> Iterator[tuple[Where, Part]]:
    yield where, part
    for facet in _facets(part):
        for name, below in facet.get("properties", {}).items():
            yield from _places((*where, name), below)
        if isinstance(below := facet.get("additionalProperties"), dict):
            yield from _places((*where, ANY_NAME), below)


def _facets(part: Part) -> Iterator[Part]:
    """A part of the schema, and the parts that hold for the same value."""
    yield part
    if reference := part.get("$ref"):
        yield from _facets(schema()["$defs"][reference.removeprefix("#/$defs/")])
    for one in part.get("allOf", ()):
        yield from _facets(one)


def _below(part: Part, key: str | int) -> Part | None:
    facets = list(_facets(part))
    if isinstance(key, int):
        return next((facet["items"] for facet in facets if "items" in facet), None)
    named = (facet["properties"][key] for facet in facets if key in facet.get("properties", ()))
    others = (facet["additionalProperties"] for facet in facets if isinstance(facet.get("additionalProperties"), dict))
    return next(named, None) or next(others, None)
