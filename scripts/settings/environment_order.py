"""The order of environments: which of them come after which, and in which wave of a deployment each is offered."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from scripts.settings.deployment_file import Environment

MOST_WAVES = (
    3  # the workflow deploy.yml has a job for each; GitHub's jobs cannot be made from a list while a run goes on
)
After = Mapping[str, Collection[str]]  # environment to those that it comes after


class OrderMistake(NamedTuple):
    """What is wrong with the order of an environment: at which of those that it comes after, in words, and what to do."""

    environment: str
    other: str
    found: str
    fix: str


def environment_order(environments: Iterable[Environment]) -> dict[str, tuple[str, ...]]:
    """The order of environments, those of one name (of several services) taken together."""
    found: dict[str, tuple[str, ...]] = {}
    for environment in environments:
        found[environment.name] = tuple(dict.fromkeys((*found.get(environment.name, ()), *environment.after)))
    return found


def order_mistakes(after: After) -> Iterator[OrderMistake]:
    """Every mistake of an order: an environment after itself, in a circle, or in a later wave than there are.

    A circle is told once. Names that are no environment are left out: that is another mistake.
    """
    told: set[str] = set()
    for name in after:
        for other in _known(after, name):
            if other == name:
                yield OrderMistake(name, other, f'"{name}" comes after itself.', f'Remove "{name}" from its own list.')
                told.add(name)
            elif name not in told and (way := _way(after, other, name)):
                circle = " after ".join(f'"{one}"' for one in (name, *way))
                yield OrderMistake(
                    name, other, f"The order goes in a circle: {circle}.", f'Remove "{other}" here, or another of them.'
                )
                told.update(way)
    if told:
        return
    for name, chain in _chains(after).items():
        if len(chain) == MOST_WAVES + 1:  # those after it follow from it
            words = ", then ".join(f'"{one}"' for one in chain)
            fix = f'Let "{name}" come after an earlier one: a deployment has at most {MOST_WAVES} waves, each with its own approvals.'
            yield OrderMistake(name, chain[-2], f"That makes {len(chain)} waves: {words}.", fix)


def waves(after: After) -> dict[str, int]:
    """The wave of each environment, from 1: one more than the latest of those that it comes after. `after` has no circle."""
    return {name: len(chain) for name, chain in _chains(after).items()}


def _chains(after: After) -> dict[str, tuple[str, ...]]:
    """The longest chain that leads to each environment, which is the last of it."""
    found: dict[str, tuple[str, ...]] = {}

    def chain(name: str) -> tuple[str, ...]:
        if name not in found:
            found[name] = (*max(map(chain, _known(after, name)), key=len, default=()), name)
        return found[name]

    return {name: chain(name) for name in after}


def _known(after: After, name: str) -> list[str]:
    return [other for other in after[name] if other in after]


def _way(after: After, start: str, end: str) -> tuple[str, ...]:
    """Some way from `start` to `end`, along what comes before; empty for none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    for way in ways:
        if way[-1] == end:
            return way
        steps = [other for other in _known(after, way[-1]) if other not in seen]
        seen.update(steps)
        ways += [(*way, other) for other in steps]
    return ()
