"""What a table and its indexes have to carry: requests per second, sizes in bytes, numbers of items."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

EVENTUAL, STRONG, TRANSACTIONAL, STANDARD = "eventual", "strong", "transactional", "standard"
READ_KINDS = (EVENTUAL, STRONG, TRANSACTIONAL)
AVERAGES, PEAKS, NOTHING = "averages", "peaks", "nothing"
WRITE_KINDS = (STANDARD, TRANSACTIONAL)
ASSUMED_SIZE_BYTES = 1024  # when no size is stated anywhere; the assumption is shown


@dataclass(frozen=True, slots=True)
class Rate:
    """Something per second, over a month: the average, and the highest that has to be carried. `peak` >= `average`."""

    average: Fraction
    peak: Fraction

    @classmethod
    def of(cls, average: int | float | str | Decimal | Fraction, peak: object = None) -> "Rate":
        """A rate of the decimal numbers as they are written (0.1 is one tenth); no peak: the average is the peak."""
        known = exact(average)
        return cls(known, known if peak is None else exact(peak))

    def __add__(self, other: "Rate") -> "Rate":
        average = self.average + other.average
        same = self.peak is self.average and other.peak is other.average
        return Rate(average, average if same else self.peak + other.peak)

    def times(self, factor: Fraction | int) -> "Rate":
        """Average and peak multiplied by `factor`."""
        if factor == 1:
            return self
        average = self.average * factor
        # The same object twice is common (one rate stated for both), and fractions are slow.
        return Rate(average, average if self.peak is self.average else self.peak * factor)


_NOTHING = Fraction(0)
NO_RATE = Rate(_NOTHING, _NOTHING)


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
    share_of_items: Fraction = Fraction(1)
    share_of_writes: Fraction = Fraction(1)
    key_changes: Fraction = Fraction(0)
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


def exact(number: object) -> Fraction:
    """The number as it is written in decimals, without the error of binary floating point.

    Raises ValueError for what is not a finite number.
    """
    if isinstance(number, Fraction):
        return number
    return Fraction(number) if type(number) is int else Fraction(str(number))


def total(requests: tuple[Requests, ...]) -> Rate:
    """All requests per second together. Peaks are added: they are taken to come at the same time."""
    return added([one.rate for one in requests])
