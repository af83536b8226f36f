"""Reports attributes of entities that are nearly a key of their table: items of the entity would lack the key."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scripts.contract.near_miss import near_miss, odd_letters
from scripts.contract.problem_collector import Path, shown
from scripts.contract.rules.doubts import NEARLY_A_KEY
from scripts.contract.values import Context
from scripts.edit import rename, write


def check_entity_keys(context: Context, raw: Mapping[str, Any], path: Path, keys: Iterable[str]) -> None:
    """Report each attribute of an entity that differs from one of the `keys` by case or marks only.

    An entity that also declares the key itself means another attribute.
    """
    entities, known = raw.get("entities"), set(keys)
    for number, entity in enumerate(entities if isinstance(entities, list) else ()):
        attributes = list(_attributes(entity, (*path, "entities", number, "attributes")))
        own = {name for name, _, _ in attributes}
        for name, place, by_name in attributes:
            right = None if name in known else near_miss(name, known - own)
            if right:
                facts: dict[str, Any] = {
                    "entity": shown(entity.get("entity_type"), 40),
                    "found": shown(name),
                    "right": shown(right),
                }
                edit = rename(place, right) if by_name else write(place, right)
                context.problems.add(NEARLY_A_KEY, place, odd=odd_letters(name, right), edits=[edit], **facts)


def _attributes(entity: Any, path: Path) -> Iterator[tuple[str, Path, bool]]:
    """Each attribute: its name, the place of the name, and whether that is the name of a field."""
    value = entity.get("attributes") if isinstance(entity, dict) else None
    if isinstance(value, dict):
        yield from ((name, (*path, name), True) for name in value)
    for number, one in enumerate(value if isinstance(value, list) else ()):
        if isinstance(one, dict) and isinstance(one.get("name"), str):
            yield one["name"], (*path, number, "name"), False
