"""Which table or index serves each access pattern, and whether a probe could do what the pattern does."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from scripts.access.actions import ACTIONS, OPERATIONS, READ
from scripts.comparison.compare import MATCH, MISMATCH, Finding
from scripts.model import AccessPattern, ContractTable
from scripts.patterns_of import names_of, satisfied_by, subjects, untold

ANSWERED, REFUSED, NOT_TRIED = "answered", "refused", "not tried"
NO_OPERATION = "the contract states no operation"


@dataclass(frozen=True, slots=True)
class PatternCoverage:
    """One access pattern of a table: what serves it, and what the probes have shown.

    `index`: empty for the table itself. `probe`: ANSWERED, REFUSED or NOT_TRIED; `reason`: why it was not tried.
    """

    id: str
    description: str
    operation: str
    index: str
    stated: bool  # whether the contract says what serves it; else it is the table or one of its indexes
    probe: str
    reason: str = ""

    @property
    def written(self) -> bool:
        """Whether the probe wrote for it."""
        return self.probe != NOT_TRIED and not reads(self.operation)

    @property
    def by(self) -> str:
        """What serves it, in words."""
        if not self.stated:
            return "not stated"
        return f"index {self.index}" if self.index else "table"


def reads(operation: str) -> bool:
    """Whether an operation of an access pattern writes nothing."""
    return all(ACTIONS[action].level == READ for action in OPERATIONS[operation].actions)


def served(
    patterns: Iterable[AccessPattern], table: ContractTable, findings: Collection[Finding]
) -> tuple[PatternCoverage, ...]:
    """The patterns that the contract says a table satisfies, in its order. `findings`: those of the probes."""
    return tuple(_served(patterns, table, [f for f in findings if f.group == "Access"]))


def _served(
    patterns: Iterable[AccessPattern], table: ContractTable, findings: Collection[Finding]
) -> Iterator[PatternCoverage]:
    here = satisfied_by(table, patterns)
    for pattern in here:
        stated = pattern.table == table.name
        about = [
            one for one in table.satisfies if one != pattern.id and not names_of(pattern).isdisjoint(subjects(one))
        ]
        description = pattern.description or next(iter(about), "")
        if not pattern.operation:
            shown = NOT_TRIED, NO_OPERATION
        else:
            shown = _tried(pattern, table, findings) if stated else (NOT_TRIED, "the contract does not say by what")
        yield PatternCoverage(pattern.id, description, pattern.operation, pattern.index, stated, *shown)
    for sentence in untold(table, here):
        yield PatternCoverage("", sentence, "", "", False, NOT_TRIED, NO_OPERATION)


def _tried(pattern: AccessPattern, table: ContractTable, findings: Collection[Finding]) -> tuple[str, str]:
    use = OPERATIONS[pattern.operation]
    if not reads(pattern.operation):
        written = [f for f in findings if f.property.startswith("write probe") and not f.subject]
        return _outcome(written) if written else (NOT_TRIED, "a write, which only --write-probe tries")
    index = pattern.index if use.on_index else ""
    found = [f for f in findings if f.subject == index and (f.property == "query" or "read" in f.property)]
    if not found and index and index in {i.name for i in (*table.indexes, *table.local_indexes)}:
        return NOT_TRIED, "the index does not exist"
    return _outcome(found)


def _outcome(findings: Collection[Finding]) -> tuple[str, str]:
    outcomes = {finding.outcome for finding in findings}
    if outcomes == {MATCH}:
        return ANSWERED, ""
    if MISMATCH in outcomes:
        return REFUSED, ""
    return NOT_TRIED, "the table could not be read" if outcomes else "the table was not found"
