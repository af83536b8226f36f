"""Share out things by name over numbered parts of limited size, so that nothing moves that need not.

A thing stays in the part that it is in; a new one goes where there is room, or begins a part. New ones leave some room, so that
several that arrive at once still fit, and what is there can grow. So of two edits that know nothing of each other, neither moves what
the other changes, and what git makes of both is what would be made.

When documents that were shared out so are updated one after the other, in the order *add new ones, update those that stay, delete
those that go*, no name is ever in none of them: a name changes its part only where there is no room for it any more, and goes to
one that is new; or its part goes.
"""

from bisect import insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from types import MappingProxyType

ALWAYS_FIRST = ""  # what is given this name in place of that of a thing stands in part 1 whatever happens
FOR_NEW = 0.85  # of the room of a part
SPREAD = 8  # of so many pairs of branches that each begin a part, one pair gives it the same number
NOTHING: Mapping[str, int] = MappingProxyType({})
Fits = Callable[[int, Sequence[str], float], bool]
Parts = dict[int, list[str]]


def share_out(names: Iterable[str], fits: Fits, kept: Mapping[str, int] = NOTHING) -> Parts:
    """The number of each part, from 1, to the names in it, both sorted. Not every number is in use; 1 is, unless there are no names.

    `fits` is asked with the number of a part, names in order, and how much of its room they may take, at most 1; what fits must
    fit with fewer names too. A name that does not fit alone gets a part to itself. `kept`: the part that each name was in.
    """
    ordered = sorted(set(names))
    if {*kept.values()} == {1} and not fits(1, [name for name in ordered if name in kept], 1):
        kept = NOTHING  # of a single part that is too full nothing has to be remembered: all others are new
    parts: Parts = {}
    new = []
    for name in ordered:
        if number := 1 if name == ALWAYS_FIRST else kept.get(name):
            parts.setdefault(number, []).append(name)
        else:
            new.append(name)
    there = sorted(parts)
    crowded = [name for number in there for name in _evict(number, parts[number], fits)]
    begun: list[int] = []
    for name in crowded:  # only into parts that begin now: one that was there may be updated after the one that is left
        _place(name, parts, begun, fits, kept, {1, *kept.values()})
    there += begun
    for name in new:
        _place(name, parts, there, fits, kept, {*kept.values()} - {1})
    if parts and 1 not in parts:
        parts[1] = parts.pop(min(parts))
    return dict(sorted(parts.items()))


def _evict(number: int, members: list[str], fits: Fits) -> list[str]:
    """Take the last names out of a part that has become too full, until new ones fit again; those that were taken out."""
    taken: list[str] = []
    if not fits(number, members, 1):
        while len(members) > 1 and not fits(number, members, FOR_NEW):
            taken.append(members.pop())
    return taken


def _place(name: str, parts: Parts, open_: list[int], fits: Fits, kept: Mapping[str, int], used: set[int]) -> None:
    """Put a name into the first part with room for it, of those that are `open_`, or into one that begins; `used`: no number for that."""
    for number in list(open_):
        if fits(number, sorted([*parts[number], name]), FOR_NEW):
            insort(parts[number], name)
            return
        open_.remove(number)  # full enough: nobody asks it again
    free = [number for number in range(1, len(parts) + len(used) + SPREAD + 1) if number not in parts.keys() | used]
    number = free[0] if not kept or free[0] == 1 else free[_hash(name) % SPREAD]
    parts[number] = [name]
    open_.append(number)


def halve(names: Iterable[str], fits: Callable[[Sequence[str]], bool]) -> Parts:
    """The same for what nobody remembers: a part that is too full is halved by a hash of the names, and the halves again.

    So each name decides for itself on which side it goes, and one more changes its own part and no other, or halves it. One half
    keeps the number of the part, the other gets one that was free, whatever the number of the parts.
    """
    parts: Parts = {}

    def place(members: list[str], number: int, level: int) -> None:
        if len(members) == 1 or fits(members):
            parts[number] = members
            return
        sides: tuple[list[str], list[str]] = ([], [])
        for name in members:
            sides[_hash(name) >> level & 1].append(name)
        for side, half in enumerate(sides):
            if half:
                place(half, number + (side << level), level + 1)

    if ordered := sorted(set(names)):
        place(ordered, 1, 0)
        # The half that keeps the number can be empty. What was placed first stands in for it.
        parts[1] = parts.pop(next(iter(parts)))
    return dict(sorted(parts.items()))


def _hash(name: str) -> int:
    return int.from_bytes(sha256(name.encode()).digest(), "little")
