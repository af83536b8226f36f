"""Applies JSON Patch (RFC 6902) to parsed values: what the tests do with the edits of a message, and nothing of the product's."""

import copy
from typing import Any


def applied(value: Any, *patches: list[dict[str, Any]]) -> Any:
    """A copy of a value after all operations of the patches, one after the other. Raises LookupError for one that does not fit."""
    tree = {"": copy.deepcopy(value)}  # so that the whole value has a parent too
    for operation in (one for patch in patches for one in patch):
        kind = operation["op"]
        if kind == "move":
            _add(tree, operation["path"], _take(tree, operation["from"]))
        elif kind == "remove":
            _take(tree, operation["path"])
        elif kind == "replace":
            parent, key = _parent(tree, operation["path"])
            parent[key]  # it must be there
            parent[key] = operation["value"]
        elif kind == "add":
            _add(tree, operation["path"], operation["value"])
        else:
            raise ValueError(kind)
    return tree[""]


def _parent(tree: Any, pointer: str) -> tuple[Any, Any]:
    *above, last = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")]
    node = tree
    for part in above:
        node = node[int(part)] if isinstance(node, list) else node[part]
    return node, int(last) if isinstance(node, list) and last != "-" else last


def _take(tree: Any, pointer: str) -> Any:
    parent, key = _parent(tree, pointer)
    return parent.pop(key)


def _add(tree: Any, pointer: str, value: Any) -> None:
    parent, key = _parent(tree, pointer)
    if isinstance(parent, list):
        parent.insert(len(parent) if key == "-" else key, value)
    else:
        parent[key] = value
