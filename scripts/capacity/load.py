"""What a table and its indexes have to carry: requests per second, sizes in bytes, numbers of items."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

EVENTUAL, STRONG, TRANSACTIONAL, STANDARD = "eventual", "strong", "transactional", "standard"
READ_KINDS = (EVENTUAL, STRONG, TRANSACTIONAL)
AVERAGES, PEAKS, NOTHING = "averages", "peaks", "nothing"
WRITE_KINDS = (STANDARD, TRANSACTIONAL)
ASSUMED_SIZE_BYTES = 1024  # when no size is stated anywhere; the assumption is shown


@dataclass(frozen=True, slots=True)
class Rate:
    """Something per second, over a month: the average, and the highest that has to be carried. `peak` >= `average`."""

    average: Decimal
    peak: Decimal

    @classmethod
    def of(cls, average: int | float | str | Decimal, peak: int | float | str | Decimal | None = None) -> "Rate":
        """A rate of the decimal numbers as they are written (0.1 is one tenth); no peak: the average is the peak."""
        return cls(decimal(average), decimal(average if peak is None else peak))

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(self.average + other.average, self.peak + other.peak)

    def times(self, factor: Decimal | int) -> "Rate":
        """Average and peak multiplied by `factor`."""
        return Rate(self.average * factor, self.peak * factor)


NO_RATE = Rate(Decimal(0), Decimal(0))


@dataclass(frozen=True, slots=True)
class Requests:
    """Requests of one kind (one of READ_KINDS or WRITE_KINDS), each of which handles `size_bytes` bytes of data."""

    kind: str
    rate: Rate
    size_bytes: int


class IndexLoad(NamedTuple):
    """What a secondary index has to carry.

    `reads` None: not known; `entry_size_bytes` None: not known, one write unit is assumed. The shares are from 0 to 1:
    of the table's items that are in the index, of the table's writes that write an entry of it, and of those writes
    the ones that change its key.
    """

    name: str
    reads: tuple[Requests, ...] | None = None
    entry_size_bytes: int | None = None
    share_of_items: Decimal = Decimal(1)
    share_of_writes: Decimal = Decimal(1)
    key_changes: Decimal = Decimal(0)
    local: bool = False  # a local secondary index: it uses the capacity of its table


@dataclass(frozen=True, slots=True)
class TableLoad:
    """What a table has to carry. None: not known, which is not the same as nothing (an empty tuple).

    `assumptions` are short sentences about everything that nobody stated, to be shown beside every figure made of it.
    `guessed` has AVERAGES when averages were taken from peaks, PEAKS when peaks were taken from averages, and NOTHING
    when traffic without an access pattern was taken to be none.
    """

    name: str
    reads: tuple[Requests, ...] | None = None
    writes: tuple[Requests, ...] | None = None
    item_size_bytes: int | None = None
    item_count: int | None = None
    indexes: tuple[IndexLoad, ...] = ()
    assumptions: tuple[str, ...] = ()
    guessed: frozenset[str] = frozenset()

    @property
    def unknown(self) -> tuple[str, ...]:
        """What is not known of the traffic, in words: `reads`, `writes`, `reads of index ByStatus`."""
        table = [word for word, value in (("reads", self.reads), ("writes", self.writes)) if value is None]
        return (*table, *(f"reads of index {index.name}" for index in self.indexes if index.reads is None))


def added(rates: Sequence[Rate]) -> Rate:
    """The sum of rates."""
    return sum(rates[1:], rates[0]) if rates else NO_RATE


def decimal(number: int | float | str | Decimal) -> Decimal:
    """The number as it is written in decimals: 0.1 of a settings file is one tenth. Raises ArithmeticError for no number."""
    return Decimal(str(number))


def total(requests: tuple[Requests, ...]) -> Rate:
    """All requests per second together. Peaks are added: they are taken to come at the same time."""
    return added([one.rate for one in requests])
