"""Reads keys: which attributes, and of which type, from the attributes that declare them."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from scripts.contract.input_limits import KEY_TYPES, MAX_INDEX_KEYS, MAX_KEY_NAME
from scripts.contract.near_miss import near_miss, odd_letters
from scripts.contract.problem_collector import Path, path_text, shown
from scripts.contract.renaming import key_name, known_names
from scripts.contract.rules.doubts import (
    INDEX_KEY_WITHOUT_ENTITY,
    TEMPLATE_AS_NAME,
    UNDECLARED_INDEX_KEY,
    UNDECLARED_KEY,
)
from scripts.contract.rules.dynamodb import (
    LONG_NAME,
    SEVERAL_KEY_ATTRIBUTES,
    TOO_MANY_KEY_ATTRIBUTES,
    TWICE_IN_ONE_KEY,
    TWO_KEY_TYPES,
    WRONG_KEY_TYPE,
)
from scripts.contract.rules.form import NEAR_MISS
from scripts.contract.rules.notes import EMPTY_SORT_KEY, KEY_AS_LIST, KEY_TYPE
from scripts.contract.values import CONTROL, Context, report_control, required, without_control, wrong_kind
from scripts.edit import Edit, write
from scripts.model import KeyAttribute
from scripts.problems import did_you_mean
from scripts.text.edit_words import edit_words

# What can have a key, in the words of the messages.
TABLE, GLOBAL_INDEX, LOCAL_INDEX = "table", "global secondary index", "local secondary index"
_OBJECT = '{"attribute_name": ..., "attribute_type": ...}'
_TYPE_WORDS = {"N": "a number (N)", "B": "binary (B)"}


class KeyPart(NamedTuple):
    """One attribute of a key as written: its name, where it stands, and the type given with it (dialect D) or ""."""

    name: str
    path: Path
    type: str = ""


@dataclass(slots=True)
class Declared:
    """All attributes that a table or its entities declare: for each name the types, and where they are declared."""

    types: dict[str, list[tuple[str, Path]]] = field(default_factory=lambda: defaultdict(list))
    settled: dict[str, str] = field(default_factory=dict)  # key name -> its type, once it was reported on

    def add(self, name: str, type_: str, path: Path) -> None:
        """Note that an attribute is declared at `path` with a type ("" when the type could not be read)."""
        self.types[name].append((type_, path))

    @property
    def names(self) -> Iterable[str]:
        """The names of all attributes."""
        return self.types.keys()

    @property
    def possible_keys(self) -> list[str]:
        """The names of the attributes whose type a key can have."""
        return [name for name, entries in self.types.items() if entries[0][0] in KEY_TYPES]


def read_key(
    context: Context,
    raw: Mapping[str, Any],
    name: str,
    path: Path,
    *,
    of: str,
    what: str,
    corrected: set[str],
    names: Iterable[str] = (),
) -> tuple[KeyPart, ...]:
    """The attributes of the partition key or of the sort key in field `name`; none when there is no such key.

    `of` is what has the key: a TABLE and a LOCAL_INDEX have one attribute in each, a GLOBAL_INDEX 1 to 4 (Developer
    Guide, GSI.MultiAttributeKeys). `names`: the attributes that can be its key, for a message that there is none.
    """
    here = (*path, name)
    value = raw.get(name)
    is_sort = name == context.dialect.sk
    if is_sort and value is None:
        return ()
    if is_sort and value in ("", []):
        context.problems.add(EMPTY_SORT_KEY, here)
        return ()
    if isinstance(value, list) and value:
        return _key_list(context, value, here, of=of, word="sort key" if is_sort else "partition key")
    if value == []:
        value = None
    if context.dialect.key_objects and value is not None:
        part = _key_object(context, value, here)
        return (part,) if part else ()
    if isinstance(value, str) and value.strip():  # as nearly all are; an example takes time to write
        return (_checked(context, KeyPart(value, here)),)
    example = key_example(context, name, names)
    if value is not None and not isinstance(value, str):
        otherwise = ", or null for no sort key" if is_sort and of != LOCAL_INDEX else ""
        hint = f"Write {example}{otherwise}."
        wrong_kind(context, here, value, "the name of an attribute", hint, key_name(value) or None)
        return ()
    stated = {**raw, name: value} if name in raw else raw
    key = required(context, stated, name, path, what=what, example=example, corrected=corrected)
    return (_checked(context, KeyPart(key, here)),) if key else ()


def key_example(context: Context, field: str, names: Iterable[str]) -> str:
    """What is written in the field of a key: which attribute it is, is for a person to say."""
    known = known_names(list(names))
    choice = f"the name of one of the attributes: {known}" if known else "the name of the attribute"
    return f'"{field}" with {choice}' + (f", as {_OBJECT}" if context.dialect.key_objects else "")


def _key_list(context: Context, value: list[Any], here: Path, *, of: str, word: str) -> tuple[KeyPart, ...]:
    if len(value) > 1 and of != GLOBAL_INDEX:
        context.problems.add(SEVERAL_KEY_ATTRIBUTES, here, key=word, of=of, count=len(value))
        return ()
    if len(value) > MAX_INDEX_KEYS:
        context.problems.add(TOO_MANY_KEY_ATTRIBUTES, here, key=word, count=len(value))
        return ()
    parts = []
    for number, entry in enumerate(value):
        there = (*here, number)
        if context.dialect.key_objects:
            part = _key_object(context, entry, there)
        elif isinstance(entry, str) and entry.strip():
            part = _checked(context, KeyPart(entry, there))
        else:
            part = None
            hint = "Write the name of an attribute, in double quotes."
            wrong_kind(context, there, entry, "the name of an attribute", hint, key_name(entry) or None)
        if part:
            parts.append(part)
    usual = context.dialect.key_objects and of != TABLE
    if len(value) == 1 and parts and not usual:
        context.problems.add(KEY_AS_LIST, here, found=shown(parts[0].name))
    return tuple(parts)


def _key_object(context: Context, value: Any, here: Path) -> KeyPart | None:
    if not isinstance(value, dict):
        example = _OBJECT.replace("...", shown(value), 1) if isinstance(value, str) else _OBJECT
        hint = f"Write {example}, with the type S, N or B."
        wrong_kind(context, here, value, "an object with attribute_name and attribute_type", hint)
        return None
    example = '"attribute_name", the name of the attribute'
    name = required(context, value, "attribute_name", here, what="The key", example=example, corrected=set())
    example = '"attribute_type": "S" for text, "N" for a number or "B" for binary'
    kind = required(context, value, "attribute_type", here, what="The key", example=example, corrected=set())
    if not name:
        return None
    if kind and kind not in KEY_TYPES:
        where = path_text((*here, "attribute_type"))
        context.problems.add(
            WRONG_KEY_TYPE, (*here, "attribute_type"), found=shown(name), type=shown(kind, 20), where=where
        )
        kind = "S"
    return _checked(context, KeyPart(name, here, kind))


def _checked(context: Context, part: KeyPart) -> KeyPart:
    """The part, with everything that its name alone tells reported."""
    check_name(context, part.name, part.path, (*part.path, "attribute_name") if part.type else part.path)
    odd = [repr(mark)[1:-1] for mark in ("#", "{", "}") if mark in part.name]
    if part.name != part.name.strip():
        odd.append("a space at its edge")
    if odd:
        context.problems.add(TEMPLATE_AS_NAME, part.path, found=shown(part.name), what=" and ".join(odd))
    return part


def check_name(context: Context, name: str, path: Path, name_path: Path) -> None:
    """Report a name of a key or projected attribute that is too long, or that nobody could spell."""
    size = len(name.encode("utf-8", "surrogatepass"))
    if size > MAX_KEY_NAME:
        context.problems.add(LONG_NAME, path, size=size, limit=MAX_KEY_NAME)
    if CONTROL.search(name):
        report_control(context, name, path, write(name_path, without_control(name)))


def check_repeats(context: Context, parts: Iterable[KeyPart]) -> None:
    """Report attributes that are in one key twice."""
    seen: set[str] = set()
    for part in parts:
        if part.name in seen:
            context.problems.add(TWICE_IN_ONE_KEY, part.path, found=shown(part.name))
        seen.add(part.name)


def typed(
    context: Context, part: KeyPart, declared: Declared, index: str = "", taken: Container[str] = ()
) -> KeyAttribute:
    """The attribute of a key with its type; everything doubtful about the type is reported once for each name.

    The type is the one given with the key (dialect D), else the declared one, else S. `index` is the index whose key
    it is, empty for a key of the table. `taken`: names that no fix may propose for this part.
    """
    if part.name in declared.settled and not part.type:
        return KeyAttribute(part.name, declared.settled[part.name])
    entries = [(type_, path) for type_, path in declared.types.get(part.name, []) if type_]
    known = part.name in declared.settled
    if part.type:
        first = declared.settled.get(part.name)
        settled: list[tuple[str, Path]] = [(first, ())] if first else []
        entries = [*settled, (part.type, part.path), *entries]
    type_ = _settle(context, part, entries, known)
    right = near_miss(part.name, declared.names) if part.name not in declared.types and not known else None
    facts: dict[str, Any] = {"found": shown(part.name), **({"index": shown(index)} if index else {})}
    if right:
        facts |= {"odd": odd_letters(part.name, right), "right": shown(right)}
        another = f"Name another attribute: {shown(right)} is a key here already."
        context.problems.add(NEAR_MISS, part.path, edits=_named(part, right, taken), otherwise=another, **facts)
    elif not entries and part.name not in declared.types:
        rule = UNDECLARED_INDEX_KEY if index else UNDECLARED_KEY
        context.problems.add(rule, part.path, **facts, **_undeclared(part, declared, taken))
    elif index and part.type and declared.types and part.name not in declared.types and not known:
        context.problems.add(INDEX_KEY_WITHOUT_ENTITY, part.path, **facts, **_undeclared(part, declared, taken))
    declared.settled.setdefault(part.name, type_)
    return KeyAttribute(part.name, type_)


def _named(part: KeyPart, right: str, taken: Container[str]) -> list[Edit]:
    """The edit that names attribute `right` as the key; none where that would be a fault of its own."""
    return [] if right in taken else [write((*part.path, "attribute_name") if part.type else part.path, right)]


def _undeclared(part: KeyPart, declared: Declared, taken: Container[str]) -> dict[str, Any]:
    """What a problem is told of a key that no attribute declares: the name that may be meant, and what else to do."""
    near = did_you_mean(part.name, [name for name in declared.possible_keys if name not in taken])
    example = f'{{"name": {shown(part.name)}, "type": "{part.type or "S"}"}}'
    declaration = f"declare it where it belongs: {example}" + ("" if part.type else ', or "N" for a number')
    edits = _named(part, near, taken) if near else []
    if any(mark in part.name for mark in "#{}"):  # a template of values is no name to declare
        return {"edits": edits, "hint": f"{edit_words(edits) or 'Name an attribute that the items have'}."}
    return {"edits": edits, "hint": f"{edit_words(edits) or 'Name another attribute'}, or {declaration}."}


def _settle(context: Context, part: KeyPart, entries: list[tuple[str, Path]], known: bool) -> str:
    if not entries:
        return "S"
    type_, where = entries[0]
    if type_ not in KEY_TYPES:
        place = f"at {path_text(where)}"
        context.problems.add(WRONG_KEY_TYPE, part.path, found=shown(part.name), type=shown(type_, 20), where=place)
        return "S"
    for other, other_path in entries[1:]:
        if other != type_:
            first = path_text(where) or "in another key"
            context.problems.add(
                TWO_KEY_TYPES,
                other_path or part.path,
                found=shown(part.name),
                first_type=type_,
                first=first,
                type=other,
            )
            return type_
    if type_ != "S" and not known:
        context.problems.add(
            KEY_TYPE, part.path, found=shown(part.name), type=_TYPE_WORDS[type_], where=context.within_table(where)
        )
    return type_
