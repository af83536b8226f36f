"""Set values in the text of a YAML file: only the lines that say them change; comments, order and every other line stay.

For files of mappings without anchors, aliases and merge keys, as `yaml_source` reads them.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WIDTH = 120  # columns that a line which was on one line may take
_STEP = 2  # spaces by which a block is indented below its key
_FLOW = {"default_flow_style": True, "width": 1 << 20, "allow_unicode": True, "sort_keys": False}


class _PlainDumper(yaml.SafeDumper):  # type: ignore[misc]
    """Without anchors: a value that stands in two places is written twice."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


class NotEditableError(ValueError):
    """The text is written in a way in which it cannot be changed without touching more than was asked for."""


class Whole(dict[str, Any]):
    """A group that takes the place of the group that is there; other groups are merged into it, value by value."""


class _Edit(NamedTuple):
    """One replacement in the text, from one position to another (in characters)."""

    start: int
    end: int
    text: str


def merged(value: Any, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What `with_values` makes of the value of a file. Neither argument is changed."""
    result = dict(value) if isinstance(value, Mapping) else {}
    for key, wanted in changes.items():
        result[key] = merged(result.get(key), wanted) if _merges(wanted) else wanted
    return result


def with_values(text: str, changes: Mapping[str, Any], blocks: int) -> str:
    """The text with the values of `changes`, a group of groups, set in it.

    `blocks`: how many levels of new groups get lines of their own; what is below them is written on one line. Raises
    NotEditableError where the result would say anything else.
    """
    root = yaml.compose(text, Loader=_Loader)
    if not isinstance(root, yaml.MappingNode):
        raise NotEditableError("its top is no group of names and values")
    edits = sorted(_Editor(text).group(root, changes, blocks), reverse=True)
    result = text
    for edit in edits:
        result = result[: edit.start] + edit.text + result[edit.end :]
    if _value(result) != merged(_value(text), changes):
        raise NotEditableError("the way in which it is written leaves no place for a new value")
    return result


def block_lines(value: Mapping[str, Any], blocks: int, indent: int = 0) -> list[str]:
    """The lines of a group; `blocks` as in `with_values`."""
    lines: list[str] = []
    for key, each in value.items():
        start = f"{' ' * indent}{_flow(key)}:"
        if blocks > 1 and _merges(each):
            lines += [start, *block_lines(each, blocks - 1, indent + _STEP)]
        else:
            lines.append(f"{start} {_flow(each)}")
    return lines


class _Editor:
    """Finds the edits of one text."""

    def __init__(self, text: str) -> None:
        self._text = text

    def group(self, node: yaml.MappingNode, changes: Mapping[str, Any], blocks: int) -> Iterator[_Edit]:
        """The edits that set `changes` in a group of the text."""
        present = {key.value: (key, value) for key, value in node.value}
        new = {key: wanted for key, wanted in changes.items() if key not in present}
        for key, wanted in changes.items():
            if key in new:
                continue
            name, value = present[key]
            if _merges(wanted) and isinstance(value, yaml.MappingNode) and (value.value or value.flow_style):
                inner = list(self.group(value, wanted, blocks - 1))
                long = value.flow_style and not node.flow_style and blocks > 1 and self._too_long(value, inner)
                yield from self._as_block(name, value, wanted, blocks - 1) if long else inner
            elif value.start_mark.index == value.end_mark.index or _is_block(value):  # nothing, or lines of its own
                colon = self._after_name(name)
                if _merges(wanted) and blocks > 1 and not node.flow_style and not _is_block(value):
                    yield self._below(colon, wanted, blocks - 1, name.start_mark.column + _STEP)
                else:
                    yield _Edit(colon, max(colon, self._end(value, colon)), f" {_flow(wanted)}")
            else:
                yield _Edit(value.start_mark.index, value.end_mark.index, _flow(wanted))
        if new:
            yield self._added(node, new, blocks)

    def _too_long(self, node: yaml.Node, edits: list[_Edit]) -> bool:
        """Whether a group on one line would be too long to be read after some edits of it."""
        growth = sum(len(edit.text) - (edit.end - edit.start) for edit in edits)
        one_line = node.start_mark.line == node.end_mark.line
        return one_line and node.end_mark.column + growth > _WIDTH

    def _as_block(self, name: yaml.Node, node: yaml.MappingNode, wanted: Mapping[str, Any], blocks: int) -> list[_Edit]:
        """The edits that give each value of a group on one line a line of its own, with new values among them."""
        indent = name.start_mark.column + _STEP
        lines: list[str] = []
        for key, value in node.value:
            text = self._text[key.start_mark.index : self._end(value, self._after_name(key))]
            if key.value in wanted:
                changed = merged({key.value: _value(text)[key.value]}, {key.value: wanted[key.value]})
                lines += block_lines(changed, blocks, indent)
            else:
                lines.append(f"{' ' * indent}{text}")
        present = {key.value for key, _ in node.value}
        lines += block_lines({key: each for key, each in wanted.items() if key not in present}, blocks, indent)
        colon, end = self._after_name(name), node.end_mark.index
        at = self._text.find("\n", end)
        at = len(self._text) if at < 0 else at
        return [_Edit(colon, end, ""), _Edit(at, at, "".join(f"\n{line}" for line in lines))]

    def _added(self, node: yaml.MappingNode, new: Mapping[str, Any], blocks: int) -> _Edit:
        if node.flow_style:
            inner = _flow(dict(new))[1:-1]
            if not node.value:
                at = node.start_mark.index + 1
                return _Edit(at, at, inner)
            at = self._end(node.value[-1][1], self._after_name(node.value[-1][0]))
            return _Edit(at, at, f", {inner}")
        last_key, last = node.value[-1]
        end = self._end(last, self._after_name(last_key))
        return self._below(end, new, blocks, node.value[0][0].start_mark.column)

    def _below(self, position: int, new: Mapping[str, Any], blocks: int, indent: int) -> _Edit:
        """New lines after the line that a position is in, behind its comment."""
        at = self._text.find("\n", position)
        at = len(self._text) if at < 0 else at
        return _Edit(at, at, "".join(f"\n{line}" for line in block_lines(new, blocks, indent)))

    def _after_name(self, name: yaml.Node) -> int:
        return self._text.index(":", name.end_mark.index) + 1

    def _end(self, node: yaml.Node, least: int) -> int:
        """Where the text of a value ends. `least`: the end of what stands before it, for a value of no text."""
        if node.start_mark.index == node.end_mark.index:
            return least
        if isinstance(node, yaml.MappingNode) and not node.flow_style:
            return self._end(node.value[-1][1], self._after_name(node.value[-1][0]))
        if isinstance(node, yaml.SequenceNode) and not node.flow_style:
            return self._end(node.value[-1], node.value[-1].start_mark.index)
        end = node.end_mark.index
        if _is_block(node):
            end = len(self._text[:end].rstrip())
        return end


def _is_block(node: yaml.Node) -> bool:
    """Whether a value has lines of its own below its name: a group, a list, or a text of several lines."""
    if isinstance(node, yaml.ScalarNode):
        return node.style in ("|", ">")
    return not node.flow_style


def _merges(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value) and not isinstance(value, Whole)


def plain(value: Any) -> Any:
    """A value without Whole in it, as it is read from a file."""
    return {key: plain(each) for key, each in value.items()} if isinstance(value, Mapping) else value


def _flow(value: Any) -> str:
    """A value on one line, as it may stand anywhere in a file."""
    return yaml.dump([plain(value)], Dumper=_PlainDumper, **_FLOW).strip()[1:-1]


def _value(text: str) -> Any:
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506  (a safe loader)
    except yaml.YAMLError as error:
        raise NotEditableError("a new value would make it unreadable") from error
