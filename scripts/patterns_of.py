"""The access patterns of one table, or of each."""

from collections.abc import Iterable, Mapping

from scripts.model import AccessPattern


def patterns_of(patterns: Iterable[AccessPattern], table: str) -> tuple[AccessPattern, ...]:
    """Those of `patterns` that name `table` (its name in the contract), in their order."""
    return tuple(pattern for pattern in patterns if pattern.table == table)


def patterns_by_table(patterns: Iterable[AccessPattern]) -> Mapping[str, tuple[AccessPattern, ...]]:
    """The patterns of each table by its name, "" for those of no table; for whoever asks for many tables, one after the other."""
    groups: dict[str, list[AccessPattern]] = {}
    for pattern in patterns:
        groups.setdefault(pattern.table, []).append(pattern)
    return {table: tuple(group) for table, group in groups.items()}
