"""How a value that stands under a name that nothing reads is written under the right one."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from scripts.contract.problem_collector import Path, shown
from scripts.contract.shapes import INDEX, TABLE, shape
from scripts.edit import Edit, insert, remove, rename
from scripts.problems import squash

_LISTS = {"tables", "table_definitions", "gsis", "lsis", "entities", "attributes", "satisfies", "access_patterns"}
_LISTS_OF_TEXTS = {"satisfies", "projected_attributes"}
_KEYS = ("pk", "sk")
_LONG_KEYS = ("partition_key", "sort_key")


class Renaming(NamedTuple):
    """The edits that write a value where it is read, or (none) what there is to decide."""

    edits: Sequence[Edit] = ()
    hint: str = ""


def renaming(raw: Mapping[str, Any], path: Path, name: str, right: str) -> Renaming:
    """How field `name` of the object `raw`, which stands at `path`, is written in the field `right`."""
    value, here, there = raw[name], (*path, name), (*path, right)
    if raw.get(right) is not None:
        return Renaming(hint=f'Keep one of the two: "{right}" is the field that is read.')
    if right == "projected_attributes" and str(raw.get("projection", "")).upper() != "INCLUDE":
        return Renaming(hint='Rename it to "projected_attributes" beside "projection": "INCLUDE", or remove it.')
    if _fits(value, right):
        return Renaming([rename(here, right)])
    fitting = _fitting(value, right)
    if fitting is not None:
        return Renaming([remove(here), insert(there, fitting)])
    return Renaming(hint=f'Rename it to "{right}", and write {_form(right)} there.')


def key_name(value: Any) -> str:
    """The name of the attribute in a key that is an object of its name and type; "" when it is no such object."""
    if not isinstance(value, dict):
        return ""
    names = [one for field, one in value.items() if squash(field) in ("attributename", "name")]
    return names[0] if len(names) == 1 and isinstance(names[0], str) else ""


def _fits(value: Any, right: str) -> bool:
    if value is None:
        return right in (*_LISTS, "sk", "sort_key")
    if right == "attributes" and isinstance(value, dict):
        return all(isinstance(one, (str, dict)) for one in value.values())
    if right in _LISTS or right == "projected_attributes":
        kind = str if right in _LISTS_OF_TEXTS else (str, dict) if right == "access_patterns" else dict
        return isinstance(value, list) and all(isinstance(one, kind) for one in value)
    if right in _LONG_KEYS:
        parts = value if isinstance(value, list) else [value]
        return all(isinstance(one, dict) and {"attribute_name", "attribute_type"} <= one.keys() for one in parts)
    if right in _KEYS and isinstance(value, list):
        return all(isinstance(one, str) for one in value)
    return isinstance(value, str) or (right == "projection" and isinstance(value, dict))


def _fitting(value: Any, right: str) -> Any:
    """The same in the form that the field needs; None when it cannot be told."""
    if right in _KEYS:
        parts = [key_name(one) for one in (value if isinstance(value, list) else [value])]
        return (parts if len(parts) > 1 else parts[0]) if parts and all(parts) else None
    if right in _LISTS_OF_TEXTS and isinstance(value, str):
        return [value]
    if right in ("gsis", "lsis") and isinstance(value, dict) and value:
        if shape(value) == INDEX:
            return [value]
        if all(isinstance(one, dict) and "index_name" not in one and "name" not in one for one in value.values()):
            return [{"index_name": name, **one} for name, one in value.items()]
    return [value] if right == "tables" and isinstance(value, dict) and shape(value) == TABLE else None


def _form(right: str) -> str:
    if right in _LONG_KEYS:
        return '{"attribute_name": ..., "attribute_type": ...}'
    if right in _KEYS:
        return "the name of an attribute"
    return "a list" if right in _LISTS or right == "projected_attributes" else "text"


def known_names(names: Sequence[str]) -> str:
    """`"a", "b", ...`: some of the names, for a person to choose from."""
    return ", ".join(shown(name, 40) for name in names[:10]) + (", ..." if len(names) > 10 else "")
