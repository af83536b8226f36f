"""The access patterns of one table, or of each; and which of them the sentences of a table are about."""

import re
from collections.abc import Iterable, Mapping

from scripts.model import AccessPattern, ContractTable

_WORD = re.compile(r"[\w.-]*\w")
_IDENTITY = re.compile(r"\s*([A-Za-z0-9_.-]*\d)\s*(?::|\s[-\u2013])\s+(.*)", re.DOTALL)


def patterns_of(patterns: Iterable[AccessPattern], table: str) -> tuple[AccessPattern, ...]:
    """Those of `patterns` that name `table` (its name in the contract), in their order."""
    return tuple(pattern for pattern in patterns if pattern.table == table)


def patterns_by_table(patterns: Iterable[AccessPattern]) -> Mapping[str, tuple[AccessPattern, ...]]:
    """The patterns of each table by its name, "" for those of no table; for whoever asks for many tables, one after the other."""
    groups: dict[str, list[AccessPattern]] = {}
    for pattern in patterns:
        groups.setdefault(pattern.table, []).append(pattern)
    return {table: tuple(group) for table, group in groups.items()}


def split_identity(sentence: str) -> tuple[str, str]:
    """`AP1: get a user` as `AP1` and `get a user`; the first is empty where a sentence does not begin with an id."""
    match = _IDENTITY.fullmatch(sentence)
    return (match[1], match[2]) if match else ("", sentence)


def subjects(sentence: str) -> frozenset[str]:
    """What a pattern may be called for a sentence of `satisfies` to be about it: the sentence itself, or a word of it."""
    folded = sentence.casefold()
    return frozenset([folded, *_WORD.findall(folded)])


def names_of(pattern: AccessPattern) -> frozenset[str]:
    """What a pattern is called, as `subjects` has it."""
    return frozenset([pattern.id.casefold(), pattern.description.casefold()]) - {""}


def satisfied_by(table: ContractTable, patterns: Iterable[AccessPattern]) -> list[AccessPattern]:
    """The patterns that name a table, and those that name none and that one of its sentences is about, in their order."""
    told = frozenset().union(*map(subjects, table.satisfies))
    return [
        pattern
        for pattern in patterns
        if pattern.table == table.name or (not pattern.table and not told.isdisjoint(names_of(pattern)))
    ]


def untold(table: ContractTable, patterns: Iterable[AccessPattern]) -> list[str]:
    """The sentences of a table that are about none of the patterns, each once."""
    known = frozenset().union(*map(names_of, patterns))
    sentences = {sentence.casefold(): sentence for sentence in table.satisfies}
    return [sentence for sentence in sentences.values() if known.isdisjoint(subjects(sentence))]
