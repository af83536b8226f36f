"""Share out things by name over numbered parts of limited size, so that one thing more or less moves few others.

Packing in order would move the things behind a new one from part to part, and with them the content of every file. Here a part that
is too full is halved by a hash of the names, and the halves again, until everything fits. So each name decides for itself on
which side it goes: a new one changes its own part and no other, or halves it. One half keeps the number of the part, the other
gets a number that was free, and so does not depend on how many parts there are.

When documents that were shared out so are updated one after the other, in the order *add new ones, update those that stay, delete
those that go*, no name is ever in none of them: a name that changes its part goes to one that is new, or leaves one that goes.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

ALWAYS_FIRST = ""  # what is given this name in place of that of a thing stands in part 1 whatever happens
Fits = Callable[[int, Sequence[str]], bool]


def share_out(names: Iterable[str], fits: Fits) -> dict[int, list[str]]:
    """The number of each part, from 1, to the names in it, both sorted. Not every number is in use; 1 is, unless there are no names.

    `fits` is asked with the number of a part and names in order; what fits must fit with fewer names too. A name that does
    not fit alone gets a part to itself.
    """
    parts: dict[int, list[str]] = {}

    def place(members: list[str], number: int, level: int) -> None:
        if len(members) == 1 or fits(number, members):
            parts[number] = members
            return
        sides: tuple[list[str], list[str]] = ([], [])
        for name in members:
            sides[_bits(name) >> level & 1].append(name)
        for side, half in enumerate(sides):
            if half:
                place(half, number + (side << level), level + 1)

    if ordered := sorted(set(names)):
        place(ordered, 1, 0)
        # The half that keeps the number can be empty. What was placed first stands in for it.
        parts[1] = parts.pop(next(iter(parts)))
    return dict(sorted(parts.items()))


def _bits(name: str) -> int:
    return int.from_bytes(sha256(name.encode()).digest(), "little") if name != ALWAYS_FIRST else 0
