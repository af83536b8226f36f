"""Reads the parameters of a request off the wire: JSON, form (query) and path (REST) protocols, by the model."""

import functools
import json
from typing import Any
from urllib.parse import parse_qsl, unquote

from scripts.local_aws.service_models.model_shapes import Shape, routes, shape

Tree = dict[str, Any]
NUMBERS = {"integer": int, "long": int, "double": float, "float": float}


class UnreadableBody(Exception):
    """A body or a value that is not of the protocol, or not of its type. The message is AWS's, as far as known."""


def from_json(body: bytes) -> Any:
    """The parameters of a JSON request. Raises Unreadable."""
    if not body:
        return {}
    try:
        read = json.loads(body)
    except ValueError:
        raise UnreadableBody("Could not parse request body into json") from None
    if not isinstance(read, dict):
        raise UnreadableBody("Unexpected value type in payload")
    return read


@functools.lru_cache(maxsize=8)  # a form, which may hold a whole template, is read by the rules and by the emulator
def form_pairs(body: str) -> tuple[tuple[str, str], ...]:
    """Keys and values of a form, in their order."""
    return tuple(parse_qsl(body, keep_blank_values=True))


def from_form(service: str, name: str, body: bytes) -> Any:
    """The parameters of a form request, as `Names.member.1=...`. Raises Unreadable."""
    tree: Tree = {}
    for key, value in form_pairs(body.decode(errors="replace")):
        at = tree
        for part in key.split("."):
            at = at.setdefault(part, {})
        at[""] = value
    return _form_value(service, shape(service, name), tree)


def _form_value(service: str, described: Shape, tree: Tree) -> Any:
    kind = described["type"]
    if kind == "structure":
        wire = {each.get("locationName", name): (name, each) for name, each in described["members"].items()}
        return {
            wire[key][0]: _form_value(service, shape(service, wire[key][1]["shape"]), below)
            for key, below in tree.items()
            if key in wire
        }
    if kind == "list":
        member = described["member"]
        entries = tree if described.get("flattened") else tree.get(member.get("locationName", "member"), {})
        return [_form_value(service, shape(service, member["shape"]), each) for each in _in_order(entries)]
    if kind == "map":
        entries = tree if described.get("flattened") else tree.get("entry", {})
        key, value = (described[part].get("locationName", part) for part in ("key", "value"))
        of = shape(service, described["value"]["shape"])
        return {e.get(key, {}).get("", ""): _form_value(service, of, e.get(value, {})) for e in _in_order(entries)}
    return scalar(kind, tree.get("", ""))


def _in_order(entries: Tree) -> list[Tree]:
    return [entries[number] for number in sorted((key for key in entries if key.isdigit()), key=int)]


def from_path(service: str, name: str, method: str, path: str, query: bytes, body: bytes) -> Any:
    """The parameters of a REST request: of its path, its query string and its JSON body. Raises Unreadable."""
    found = ((route, route.path.fullmatch(path)) for route in routes(service) if route.method == method)
    route, match = next((route, match) for route, match in found if match)
    values = {"uri": dict(zip(route.variables, map(unquote, match.groups()), strict=True))}
    values["querystring"] = dict(parse_qsl(query.decode(errors="replace"), keep_blank_values=True))
    read = from_json(body)
    request: dict[str, Any] = {}
    for member, each in shape(service, name)["members"].items():
        source = values.get(each.get("location", ""), read)
        value = source.get(each.get("locationName", member))
        if value is None:
            continue
        kind = shape(service, each["shape"])["type"]
        request[member] = scalar(kind, value) if each.get("location") and kind in SCALARS else value
    return request


SCALARS = (*NUMBERS, "boolean")


def scalar(kind: str, text: Any) -> Any:
    """A value of a shape that is written as text. Raises Unreadable."""
    if kind in NUMBERS:
        try:
            return NUMBERS[kind](text)
        except ValueError:
            raise UnreadableBody(f"STRING_VALUE cannot be converted to {kind.capitalize()}") from None
    if kind == "boolean":
        if str(text).lower() not in ("true", "false"):
            raise UnreadableBody("STRING_VALUE cannot be converted to Boolean")
        return str(text).lower() == "true"
    return text
