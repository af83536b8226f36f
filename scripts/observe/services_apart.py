"""Which services a command works on: what is wrong with the files of one stops no other, unless that one was asked for."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from scripts.command import one_line
from scripts.observe.retired_target import was_deployed
from scripts.observe.target_options import TargetOptions
from scripts.project.services import Service
from scripts.project.usable_services import left_out, usable_services
from scripts.rendering.freshness import fingerprint, stale_services
from scripts.show_problems import show

MISTAKES = "its contract or settings have mistakes"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A service that is left out, and why, in words that fit into brackets. `sentence`: the whole error, where it was not shown."""

    service: str
    why: str
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class ServicesApart:
    """The services that can be used, and those that are left out."""

    services: tuple[Service, ...]
    left_out: tuple[LeftOut, ...] = ()


def services_apart(options: TargetOptions) -> ServicesApart:
    """Every service that can be used as it is, if there is one; what is wrong with the others is told on standard error then.

    None where the one that was asked for is retired: records have it, and `contracts/` does not any more.
    Raises ProblemsError where all have mistakes, or the one that was asked for has; and the errors of `stale_services`.
    """
    if options.service and not (options.contracts / options.service).is_dir() and was_deployed(options):
        return ServicesApart(())
    before = fingerprint(options.contracts)
    services, problems = usable_services(options.contracts, options.service)
    if problems:
        show(problems, sys.stderr)
    left = [LeftOut(name, MISTAKES) for name in left_out(options.contracts, problems)]
    stale = stale_services(services, options.contracts, options.out, before)
    left += [LeftOut(name, each.partition(". ")[0], each) for name, each in stale.items()]
    if left and len(stale) < len(services):
        print("".join(f"{one_line(each)}\n" for each in stale.values()), end="", file=sys.stderr)
        print(left_out_words(left), file=sys.stderr)
    return ServicesApart(tuple(each for each in services if each.name not in stale), tuple(left))


def left_out_words(left: Sequence[LeftOut]) -> str:
    """`Left out: cart (its contract or settings have mistakes).`"""
    return f"Left out: {', '.join(f'{each.service} ({each.why})' for each in left)}."
