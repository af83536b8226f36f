"""Read YAML so that every value knows where it stands. Duplicate keys, which YAML loaders drop silently, are problems."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml

from scripts.edit import Edit, write
from scripts.input_file import read_text
from scripts.problems import Problem, ProblemsError, Rule
from scripts.text.edit_words import edit_words
from scripts.text.merge_conflict import merge_conflict
from scripts.text.yaml_rules import ALIAS, NOT_YAML, ODD_KEY, REPEATED_KEY, UNFINISHED_MERGE, UNREADABLE_FILE

MAX_BYTES = 1_000_000
MAX_DEPTH = 50  # libyaml builds values by recursion in C, where too much of it ends the process
EXAMPLE = "Compare it with the example in docs/getting-started.md."
_TEXT = "tag:yaml.org,2002:str"
_NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
_DECIMAL = re.compile(
    r"[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)
_FENCE = re.compile(r"[ \t]*(```|~~~)")
_COMMENT = re.compile(r"(^|[ \t])#.*")
# They look like a space or like nothing, and are part of a word.
_ODD_SPACE = re.compile("[\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]")
_QUOTED = re.compile(
    "[\u201c\u201d\u201e\u201f\u00ab\u00bb\u2018\u2019](.*)[\u201c\u201d\u201f\u00ab\u00bb\u2018\u2019]"
)
_GROUPS = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Source(NamedTuple):
    """A YAML file: its value (dicts, lists, scalars) and, for each path of keys and positions, (line, column), 1-based.

    `plain`: as written, each value without quotes that is no text: a number, a date, a truth value.
    """

    value: Any
    positions: dict[tuple[str | int, ...], tuple[int, int]]
    plain: Mapping[tuple[str | int, ...], str] = MappingProxyType({})


def read_yaml(path: Path, accepts_text: Callable[[tuple[str | int, ...]], bool] = lambda _: False) -> Source:
    """Read one YAML document from `path`. `accepts_text`: whether a text is needed at a place, so that no number is read there.

    Raises ProblemsError if the file cannot be read, is no YAML, or repeats a key.
    """
    problems: list[Problem] = []
    positions: dict[tuple[str | int, ...], tuple[int, int]] = {}
    plain: dict[tuple[str | int, ...], str] = {}

    def problem(
        mark: yaml.Mark | None,
        rule: Rule,
        where: tuple[str | int, ...] = (),
        edits: Sequence[Edit] = (),
        **facts: Any,
    ) -> None:
        at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        facts.setdefault("hint", f"{edit_words(edits, bare=True)}.")
        problems.append(rule.problem(path, dotted(where), *at, edits=edits, **facts))

    def visit(loader: Any, node: yaml.Node, where: tuple[str | int, ...]) -> Any:
        positions.setdefault(where, (node.start_mark.line + 1, node.start_mark.column + 1))
        if not isinstance(node, yaml.ScalarNode) and node.tag not in _GROUPS:
            found = f"The tag {_tag(node)} says what a program makes of the values below it."
            problem(node.start_mark, NOT_YAML, where, found=found, hint=f"Remove {_tag(node)}.")
        if isinstance(node, yaml.MappingNode):
            result: dict[str, Any] = {}
            for key_node, value_node in node.value:
                key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
                if key is None or key_node.tag == "tag:yaml.org,2002:merge":
                    problem(key_node.start_mark, ODD_KEY, where)
                    continue
                here = (*where, key)
                if key in result:
                    problem(key_node.start_mark, REPEATED_KEY, here, key=key)
                    continue
                positions[here] = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
                result[key] = visit(loader, value_node, here)
            return result
        if isinstance(node, yaml.SequenceNode):
            return [visit(loader, child, (*where, i)) for i, child in enumerate(node.value)]
        if node.tag == loader.resolve(yaml.ScalarNode, node.value, (True, False)) != _TEXT and not node.style:
            plain[where] = node.value
        try:
            value = loader.construct_object(node, deep=True)  # at once: a list or group later, when nobody would look
        except (ValueError, LookupError, AttributeError, ArithmeticError, yaml.YAMLError) as error:
            found, hint = _unreadable(loader, node, error)
            problem(node.start_mark, NOT_YAML, where, found=found, hint=hint)
            return None
        if node.tag in _NUMBERS and not node.style and not _DECIMAL.fullmatch(node.value) and not accepts_text(where):
            # YAML 1.1 reads 010 as 8 and 1:30 as 90; YAML 1.2, and with it every editor, reads 10, and a text.
            found = f'"{node.value}" would be read as the number {value}.'
            digits = node.value.replace("_", "").lstrip("0")
            other = f" or {digits}" if digits.isdigit() and digits != str(value) else ""
            hint = f"Write {value}{other}, whichever is meant; put it in quotes if it is a text."
            problem(node.start_mark, NOT_YAML, where, found=found, hint=hint)
        if not node.style and (quoted := _QUOTED.fullmatch(node.value)):
            found = f"The quotes of {node.value} are typographic, and so a part of the text."
            problem(node.start_mark, NOT_YAML, where, edits=[write(where, quoted[1])], found=found)
        return value

    try:
        if path.stat().st_size > MAX_BYTES:
            found = f"The file is larger than {MAX_BYTES:,} bytes."
            problem(None, UNREADABLE_FILE, found=found, hint="Is it the right file?")
            raise ProblemsError(problems)
        text = read_text(path)
        if conflict := merge_conflict(text):
            problems.append(UNFINISHED_MERGE.problem(path, **conflict._asdict()))
            raise ProblemsError(problems)
        for line, column, found, hint in _copied(text):
            problems.append(NOT_YAML.problem(path, "", line, column, found=found, hint=hint))
            raise ProblemsError(problems)
        for mark, rule, facts in _unwanted(text):
            problem(mark, rule, **facts)
            raise ProblemsError(problems)
        loader = _Loader(text)
        node = loader.get_single_node()
        value = visit(loader, node, ()) if node else None
    except OSError as error:
        found = f"The file cannot be read: {error.strerror}."
        problem(None, UNREADABLE_FILE, found=found, hint="Check its name and its permissions.")
    except UnicodeDecodeError:
        problem(None, UNREADABLE_FILE, found="The file is not UTF-8 text.", hint="Save it as UTF-8.")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        hint = "Correct the line; indentation is by spaces, not tabs."
        problem(mark, NOT_YAML, found=f"This is not YAML: {what}.", hint=hint)
    if problems:
        raise ProblemsError(problems)
    return Source(value, positions, plain)


def _unreadable(loader: Any, node: yaml.ScalarNode, error: Exception) -> tuple[str, str]:
    """Why a value cannot be read, and what to do: a date that no calendar has, a tag that the value does not fit."""
    if isinstance(error, yaml.YAMLError):
        what = str(getattr(error, "problem", None) or error).replace("tag:yaml.org,2002:", "!!")
        return f"This value cannot be read: {what}.", f"Remove {_tag(node)}."
    if node.tag != loader.resolve(yaml.ScalarNode, node.value, (True, False)):  # the tag was written out
        return f"This value is no {_tag(node)}.", f"Remove {_tag(node)}."
    return f"This value cannot be read: {str(error).partition(';')[0]}.", "Put it in quotes."


def _tag(node: yaml.Node) -> str:
    """The tag of a value, as people write it."""
    return str(node.tag).replace("tag:yaml.org,2002:", "!!")


def _copied(text: str) -> Iterator[tuple[int, int, str, str]]:
    """What came along when a text was copied out of a chat or a document: line, column, what is there, what to do."""
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if fence := _FENCE.match(line):
            yield (
                number,
                1,
                f"A Markdown fence ({fence[1]}) stands here.",
                "Remove the lines of the fence, and what is around it.",
            )
        if space := _ODD_SPACE.search(_COMMENT.sub("", line)):
            name = f"U+{ord(space[0]):04X} ({unicodedata.name(space[0]).lower()})"
            yield number, space.start() + 1, f"{name} stands here.", "Write ordinary spaces, in the whole file."


def dotted(path: tuple[str | int, ...]) -> str:
    """`("tables", "Orders", "tags", 0)` as `tables.Orders.tags[0]`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _unwanted(text: str) -> Iterator[tuple[yaml.Mark, Rule, dict[str, Any]]]:
    """What is YAML but has no place in a settings file, as (mark, rule, facts), found before any value is built.

    Aliases would let a small file stand for a huge, or an endless, value.
    """
    depth = documents = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if isinstance(event, yaml.AliasEvent):
            yield event.start_mark, ALIAS, {}
        elif depth > MAX_DEPTH:
            yield event.start_mark, NOT_YAML, {"found": "The values are nested too deeply.", "hint": EXAMPLE}
        elif documents > 1:
            hint = "Keep one: remove the line ---."
            yield event.start_mark, NOT_YAML, {"found": "A second document begins here.", "hint": hint}
