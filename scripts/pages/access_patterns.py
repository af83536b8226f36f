"""Which access pattern is served by what: the table or one of its indexes, with the key condition that it takes."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from scripts.model import AccessPattern, ContractTable, Entity, Index, Keys
from scripts.pages.value_source import template
from scripts.patterns_of import satisfied_by, split_identity, subjects, untold
from scripts.text.markdown import code, text

HEAD = ("To", "Use", "Key condition")
NOT_STATED = "Served by the table or an index, the contract does not say which"
HOW_TO_STATE = (
    'It can, in its `access_patterns`: `{"id": "AP1", "table": "...", "index": "...", "operation": "Query"}`.'
)
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
# What needs the whole key of each item, and what needs none. The rest, queries, take a partition key.
_ITEMS = {"GetItem", "BatchGetItem", "TransactGetItems", "UpdateItem", "DeleteItem"}
_WRITES = {"PutItem", "BatchWriteItem", "TransactWriteItems"}
_QUERY, _SCAN = "Query", "Scan"


class PatternUse(NamedTuple):
    """One access pattern of a table, as cells of Markdown. `stated`: it is known what serves it."""

    to: str
    use: str
    condition: str
    stated: bool

    @property
    def cells(self) -> tuple[str, str, str]:
        """The cells of a row under HEAD."""
        return self.to, self.use, self.condition


def uses(table: ContractTable, patterns: Sequence[AccessPattern]) -> list[PatternUse]:
    """The access patterns of one table: those of the contract's list, then the sentences that only the table has."""
    here = sorted(satisfied_by(table, patterns), key=lambda pattern: pattern.table != table.name)
    return [
        *(_of_pattern(table, pattern) for pattern in here),
        *(_of_sentence(table, sentence) for sentence in untold(table, here)),
    ]


def listed(found: Sequence[PatternUse]) -> str:
    """The words of several uses on one line; ids alone are parted by commas."""
    return (", " if all(use.to.count(" ") == 0 for use in found) else "; ").join(use.to for use in found)


def key_condition(table: ContractTable, index: Index | None, operation: str = _QUERY) -> str:
    """The key condition of an operation on a table, or on one of its indexes, as Markdown.

    The values are the key templates of the entities where all of them build the key alike, else the attribute's name.
    """
    if operation == _SCAN:
        return "none: it reads everything"
    if operation in _WRITES:
        return f"items with {_names(table.keys)}"
    keys = index.keys if index else table.keys
    if operation in _ITEMS:
        return " and ".join(code(_equals(table, key.name)) for key in table.keys.attributes)
    condition = " and ".join(code(_equals(table, key.name)) for key in keys.partition)
    return f"{condition}, sorted by {', '.join(code(key.name) for key in keys.sort)}" if keys.sort else condition


def example(table: ContractTable, name: str) -> str:
    """A value that a key attribute of the table could have: its template, if there is one, filled in."""
    templates = _templates(table, name)
    return _PLACEHOLDER.sub("1", templates[0]) if templates else "1"


def _of_pattern(table: ContractTable, pattern: AccessPattern) -> PatternUse:
    words = pattern.description or next(
        (sentence for sentence in table.satisfies if pattern.id.casefold() in subjects(sentence)), ""
    )
    to = f"{text(_without(words, pattern.id))} ({text(pattern.id)})" if words else text(pattern.id)
    index = next((index for index in (*table.indexes, *table.local_indexes) if index.name == pattern.index), None)
    if index is None and not pattern.table:
        return _unplaced(table, to)
    other = f", by {code(pattern.operation)}" if pattern.operation not in ("", _QUERY) else ""
    return PatternUse(to, _place(index) + other, key_condition(table, index, pattern.operation or _QUERY), True)


def _of_sentence(table: ContractTable, sentence: str) -> PatternUse:
    identity, words = split_identity(sentence)
    return _unplaced(table, f"{text(words)} ({text(identity)})" if identity else text(words))


def _unplaced(table: ContractTable, to: str) -> PatternUse:
    """A pattern of which only the words are known: a table without indexes serves it; of others nobody can tell."""
    if table.indexes or table.local_indexes:
        return PatternUse(to, "", "", False)
    return PatternUse(to, _place(None), key_condition(table, None), True)


def _place(index: Index | None) -> str:
    return f"index {code(index.name)}" if index else "table"


def _without(words: str, identity: str) -> str:
    stated, rest = split_identity(words)
    return rest if stated == identity else words


def _equals(table: ContractTable, name: str) -> str:
    templates = _templates(table, name)
    shapes = {_PLACEHOLDER.sub("{}", template) for template in templates}
    value = max(templates, key=templates.count) if len(shapes) == 1 else f"{{{name}}}"
    return f"{name} = {value}"


def key_template(table: ContractTable, entity: Entity, name: str) -> str:
    """How an entity's values of a key attribute are put together (`ORDER#{id}`); empty where the contract does not say."""
    stated = ""
    if name in (key.name for key in table.keys.partition):
        stated = entity.partition_template
    elif name in (key.name for key in table.keys.sort):
        stated = entity.sort_template
    return stated or template(entity.attributes, name)


def _templates(table: ContractTable, name: str) -> list[str]:
    """The templates of a key attribute, entity by entity; none unless every entity that has the attribute has one."""
    if not table.entities:
        found = [template(table.attributes, name)]
    elif name in (key.name for key in table.keys.attributes):
        found = [key_template(table, entity, name) for entity in table.entities]
    else:
        carriers = [entity for entity in table.entities if name in (a.name for a in entity.attributes)]
        found = [key_template(table, entity, name) for entity in carriers]
    return found if all(found) else []


def _names(keys: Keys) -> str:
    return ", ".join(code(key.name) for key in keys.attributes)
