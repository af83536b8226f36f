"""Which table or index serves each access pattern, and whether a probe could do what the pattern does."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from scripts.access.actions import ACTIONS, OPERATIONS, READ
from scripts.comparison.compare import MATCH, MISMATCH, Finding
from scripts.model import AccessPattern, ContractTable

_WORD = re.compile(r"[\w.-]*\w")
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
    def by(self) -> str:
        """What serves it, in words."""
        if not self.stated:
            return "not stated"
        return f"index {self.index}" if self.index else "table"


def served(
    patterns: Iterable[AccessPattern], table: ContractTable, findings: Collection[Finding]
) -> tuple[PatternCoverage, ...]:
    """The patterns that the contract says a table satisfies, in its order. `findings`: those of the probes."""
    return tuple(_served(patterns, table, [f for f in findings if f.group == "Access"]))


def _served(
    patterns: Iterable[AccessPattern], table: ContractTable, findings: Collection[Finding]
) -> Iterator[PatternCoverage]:
    sentences = {sentence: _names(sentence) for sentence in table.satisfies}
    words = frozenset().union(*sentences.values())
    for pattern in patterns:
        stated = pattern.table == table.name
        known = {pattern.id.casefold(), pattern.description.casefold()} - {""}
        if not stated and (pattern.table or words.isdisjoint(known)):
            continue
        named = [sentence for sentence, names in sentences.items() if not names.isdisjoint(known)]
        for sentence in named:
            del sentences[sentence]
        description = pattern.description or next((sentence for sentence in named if sentence != pattern.id), "")
        if not pattern.operation:
            shown = NOT_TRIED, NO_OPERATION
        else:
            shown = _tried(pattern, table, findings) if stated else (NOT_TRIED, "the contract does not say by what")
        yield PatternCoverage(pattern.id, description, pattern.operation, pattern.index, stated, *shown)
    for sentence in sentences:
        yield PatternCoverage("", sentence, "", "", False, NOT_TRIED, NO_OPERATION)


def _names(sentence: str) -> frozenset[str]:
    """What a pattern may be called for a sentence of `satisfies` to be about it: the sentence itself, or a word of it."""
    folded = sentence.casefold()
    return frozenset([folded, *_WORD.findall(folded)])


def _tried(pattern: AccessPattern, table: ContractTable, findings: Collection[Finding]) -> tuple[str, str]:
    use = OPERATIONS[pattern.operation]
    reads = all(ACTIONS[action].level == READ for action in use.actions)
    if not reads:
        written = [f for f in findings if f.property.startswith("write probe") and not f.subject]
        return _outcome(written) if written else (NOT_TRIED, "it writes; --write-probe tries it")
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
