"""The access patterns of one table, without looking through those of all others for each table."""

from collections.abc import Iterable, Mapping

from scripts.model import AccessPattern

# The tuple that was grouped last, and its groups. Keeping the tuple itself makes its identity a key that cannot be reused.
_grouped: tuple[tuple[AccessPattern, ...], Mapping[str, tuple[AccessPattern, ...]]] = ((), {})


def patterns_of(patterns: Iterable[AccessPattern], table: str) -> tuple[AccessPattern, ...]:
    """Those of `patterns` that name `table` (its name in the contract), in their order.

    A contract's patterns are one tuple, which is asked for many tables: it is grouped once. Anything else is searched.
    """
    global _grouped
    if not isinstance(patterns, tuple):
        return tuple(pattern for pattern in patterns if pattern.table == table)
    known, groups = _grouped
    if known is not patterns:
        found: dict[str, list[AccessPattern]] = {}
        for pattern in patterns:
            found.setdefault(pattern.table, []).append(pattern)
        groups = {name: tuple(some) for name, some in found.items()}
        _grouped = (patterns, groups)
    return groups.get(table, ())
