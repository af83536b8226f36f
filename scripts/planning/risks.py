"""What a change risks, as data: the kinds of risks, worst first, and how they are counted.

A risk is not what happens (see `entries`): an index is added without one, and removed with one.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scripts.problems import Rule

ITEMS, PROTECTION, READERS, LIMIT, COST, SLOW = "items", "protection", "readers", "limit", "cost", "slow"
# What one change and several changes of a kind are said to do, worst first.
KINDS = {
    ITEMS: ("deletes items", "delete items"),
    PROTECTION: ("lowers protection", "lower protection"),
    READERS: ("breaks readers or writers", "break readers or writers"),
    LIMIT: ("uses up a limit", "use up a limit"),
    COST: ("costs more", "cost more"),
    SLOW: ("is slow", "are slow"),
}
_BY_HUNDRED = dict(zip("123456", KINDS, strict=True))  # of the ids of rules
CONFIRMED = frozenset({ITEMS, PROTECTION})  # what a person confirms with the environment's name, after reading it


@dataclass(frozen=True, slots=True)
class Risk:
    """One risk of a change. `change`: what happens, as a sentence without a full stop; `effect`: what that means.

    `index`: the index that it is about; empty: the whole table. The table's name is not part of the sentences.
    """

    rule: Rule
    change: str
    effect: str
    index: str = ""

    @property
    def id(self) -> str:
        """That of its rule, whose section in docs/rules/risks.md explains it."""
        return self.rule.id

    @property
    def kind(self) -> str:
        """One of KINDS."""
        return _BY_HUNDRED[self.id[1]]


def count_risks(risks: Iterable[Risk]) -> dict[str, int]:
    """How many risks there are of each kind that there is, worst first."""
    counts = Counter(risk.kind for risk in risks)
    return {kind: counts[kind] for kind in KINDS if counts[kind]}


def risk_words(counts: Mapping[str, int], unjudged: int = 0) -> str:
    """`1 lowers protection, 2 break readers or writers`, or `none`. `unjudged`: the tables whose risks are not known."""
    words = ", ".join(f"{number} {KINDS[kind][number > 1]}" for kind, number in counts.items() if number)
    tables = f"not known for {unjudged} table{'' if unjudged == 1 else 's'}"
    return ", ".join(filter(None, (words, tables))) if unjudged else words or "none"


def how_many(number: int) -> str:
    """`1 risk`, `3 risks`, `no risks`."""
    return f"{number or 'no'} risk{'' if number == 1 else 's'}"
