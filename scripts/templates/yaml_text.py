"""Plain values as YAML text: the bytes of PyYAML's emitter, in a small part of the time that `yaml.dump` takes.

A template has thousands of values, nearly all of which are plain words on one line. Those are written here; every other
one (quoted, with line breaks, with characters that need an escape) is written by the library, at the same place.
"""

import functools
import io
import re
from collections.abc import Callable
from typing import Any

import yaml

WIDTH = 110  # columns, after which a long text is broken at a space
_KEY_MAX = 100  # characters; the library writes keys of more than 128 in another form
_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_MAPPING, _MAPPING_END = yaml.MappingStartEvent(None, None, True, flow_style=False), yaml.MappingEndEvent()
_LIST, _LIST_END = yaml.SequenceStartEvent(None, None, True, flow_style=False), yaml.SequenceEndEvent()
_EMPTY_MAPPING = yaml.MappingStartEvent(None, None, True, flow_style=True)
_EMPTY_LIST = yaml.SequenceStartEvent(None, None, True, flow_style=True)
_RESOLVER = yaml.SafeDumper("")
# A word or sentence that can mean nothing else, and so needs no quotes: short ones may be `yes` or `null`.
_PLAIN = re.compile(r"""[A-Za-z](?:[A-Za-z0-9_.,/()%$+;=<>{}\[\]"'&*!?|#~@^-]|:(?=[^ ])| (?=[^ #])){5,}""")


# A sentence that needs quotes for its colon or hash, and nothing else.
_SENTENCE = re.compile(r"(?=.*(?:: | #))[!-~]+(?: [!-~]+)*")


# Texts that take a line at most, and how they are written.
_short: dict[str, str] = {}
_SHORT_MAX, _SHORT_TEXTS = 40, 5_000


class _Unusual(Exception):
    """A key that the library writes in another form than `key: value`."""


def dump(value: Any) -> str:
    """A value of dicts, lists, tuples, strings, numbers, booleans and None as block-style YAML, in its own order.

    The bytes are those of `yaml.dump(value, sort_keys=False, allow_unicode=True)` without anchors, which CloudFormation
    does not take. Raises yaml.YAMLError, or TypeError, for a value of any other type.
    """
    if not value or not isinstance(value, dict | list | tuple):
        return _by_library(value)
    lines: list[str] = []
    try:
        _write(value, "", 0, lines)
    except _Unusual:
        return _by_library(value)
    lines.append("")
    return "\n".join(lines)


def _write(value: Any, lead: str, indent: int, lines: list[str]) -> None:
    """A mapping or list that is not empty. `lead`: what its first line begins with; the others with `indent` spaces."""
    if isinstance(value, dict):
        for key, part in value.items():
            head = f"{lead}{_key(type(key), key)}:"
            # Most values are a few words, which are written the same everywhere.
            if type(part) is str and (text := _short.get(part)) and len(head) + len(text) < WIDTH:
                lines.append(f"{head} {text}")
            elif part and isinstance(part, dict):
                lines.append(head)
                _write(part, " " * (indent + 2), indent + 2, lines)
            elif part and isinstance(part, list | tuple):
                lines.append(head)
                _write(part, " " * indent, indent, lines)
            else:
                _scalar(head, part, indent, lines, key)
            lead = " " * indent
    else:
        for part in value:
            if part and isinstance(part, dict | list | tuple):
                _write(part, f"{lead}- ", indent + 2, lines)
            else:
                _scalar(f"{lead}-", part, indent, lines)
            lead = " " * indent


def _scalar(head: str, value: Any, indent: int, lines: list[str], *key: str) -> None:
    """A value on the line that begins with `head`; of a list, or of a mapping under `key`."""
    kind = type(value)
    text, breaks = "", False
    if kind is str:
        text, breaks = _text(value) if len(value) <= WIDTH else _long(value)
        if text and len(text) <= _SHORT_MAX and len(_short) < _SHORT_TEXTS:
            _short[value] = text
    elif kind is int:
        text = str(value)
    elif kind is bool:
        text = "true" if value else "false"
    if text and (breaks or len(head) + 1 + len(text) <= WIDTH):
        line = f"{head} {text}"
        lines.append(line if len(line) <= WIDTH else _folded(line, len(head) + 1, indent + 2))
        return
    around: Any = {key[0]: value} if key else {"x": [value]}
    for _ in range(indent // 2):
        around = {"x": around}
    found = _by_library(around)[:-1].split("\n")[indent // 2 + (not key) :]
    start = len(head)  # what stands before the value has the same length in both
    lines.append(head + found[0][start:])
    lines += found[1:]


def _folded(line: str, start: int, indent: int) -> str:
    """A plain text broken at the first space beyond each WIDTH columns; the text begins at `start`."""
    parts = []
    at = max(WIDTH + 1, start)
    while (space := line.find(" ", at)) >= 0:
        parts.append(line[:space])
        line = " " * indent + line[space + 1 :]
        at = WIDTH + 1
    return "\n".join([*parts, line])


@functools.lru_cache(maxsize=5_000)
def _key(kind: type, key: Any) -> str:
    if kind is str and len(key) <= _KEY_MAX:
        found = _by_library({key: 0})[:-1]
        if "\n" not in found and found.endswith(": 0"):
            return found[:-3]
    raise _Unusual


def _text(value: str) -> tuple[str, bool]:
    """How a text is written that fits into a line, empty if it takes several; and whether it can be broken at its spaces."""
    found, breaks = _long(value)
    if not found:
        found = _by_library({"x": value})[3:-1]
    return "" if "\n" in found else found, breaks


def _long(value: str) -> tuple[str, bool]:
    """As `_text`, for a text of any length; empty if only the library knows how it is written."""
    if _PLAIN.fullmatch(value):
        return value, True
    if _SENTENCE.fullmatch(value):
        return "'{}'".format(value.replace("'", "''")), True
    return "", False


def _by_library(value: Any) -> str:
    events: list[yaml.Event] = []
    _add(value, events.append)
    text = io.StringIO()
    dumper = _Dumper(text, width=WIDTH, allow_unicode=True)
    try:
        dumper.emit(yaml.StreamStartEvent())
        dumper.emit(yaml.DocumentStartEvent(explicit=False))
        for event in events:
            dumper.emit(event)
        dumper.emit(yaml.DocumentEndEvent(explicit=False))
        dumper.emit(yaml.StreamEndEvent())
    finally:
        dumper.dispose()
    return text.getvalue()


def _add(value: Any, add: Callable[[yaml.Event], None]) -> None:
    if isinstance(value, dict):
        add(_MAPPING if value else _EMPTY_MAPPING)
        for key, part in value.items():
            add(_event(key))
            _add(part, add)
        add(_MAPPING_END)
    elif isinstance(value, list | tuple):
        add(_LIST if value else _EMPTY_LIST)
        for part in value:
            _add(part, add)
        add(_LIST_END)
    else:
        add(_event(value))


def _event(value: Any) -> yaml.Event:
    node = _RESOLVER.represent_data(value)
    plain, quoted = (
        _RESOLVER.resolve(yaml.ScalarNode, node.value, implicit) == node.tag
        for implicit in ((True, False), (False, True))
    )
    return yaml.ScalarEvent(None, node.tag, (plain, quoted), node.value, style=node.style)
