"""Remove what trials have made, whatever state it is in, and say what is left: empty when all is well."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic

from scripts.acceptance.made_kinds import MADE_KINDS, MadeKind, gone, own
from scripts.observe.aws import FAILURES, Aws, explain
from scripts.observe.waiting import Waiting

QUICK, CALM = 0.01, 2.0  # seconds between the first two looks at the local AWS, and at AWS
PATIENCE = 30 * 60  # seconds for the slowest removal: of a table whose indexes are being built
REFUSALS = 10  # rounds, a minute or two, in which AWS refuses to remove any of a kind
EXPIRED = {"ExpiredToken", "ExpiredTokenException", "UnrecognizedClientException", "InvalidClientTokenId"}


@dataclass(slots=True)
class Left:
    """What is left, each as `Region: what name`, and why the last attempt to remove it failed."""

    things: list[str] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """One line for each."""
        return [f"{thing}{f' ({self.reasons[thing]})' if thing in self.reasons else ''}" for thing in self.things]


def leftovers(regions: Sequence[str], run: str = "") -> list[str]:
    """What there is of the run, by default of any, in these Regions, each as `Region: what name`. Removes nothing.

    Raises the errors of `aws.FAILURES`.
    """
    found = [
        f"{region}: {kind.word} {name}"
        for region in regions
        for kind in MADE_KINDS
        for name in own(Aws(region), kind, run)
    ]
    return list(dict.fromkeys(found))


def clean(aws: Aws, run: str = "", tell: Callable[[str], None] = lambda _: None) -> Left:
    """Remove everything of the run, by default of any, in one Region; what is left after half an hour.

    Raises the errors of `aws.FAILURES` when nothing can be listed: the credentials have expired, say.
    """
    waiting = Waiting(threading.Event(), first=QUICK if aws.local else CALM)
    end = monotonic() + PATIENCE
    left = Left()
    for kind in MADE_KINDS:
        known: set[str] = set()
        refused = 0
        for _ in waiting.intervals():
            if not (names := own(aws, kind, run)) or refused > REFUSALS or monotonic() > end:
                break
            for name in sorted({*names} - known):
                tell(f"removing {kind.word} {name}")
            reasons = {f"{aws.region}: {kind.word} {name}": _remove(aws, kind, name) for name in names}
            left.reasons |= {thing: reason for thing, reason in reasons.items() if reason}
            refused = refused + 1 if all(reasons.values()) and known >= {*names} else 0
            known |= {*names}
    left.things = leftovers([aws.region], run)
    return left


def _remove(aws: Aws, kind: MadeKind, name: str) -> str:
    """Begin to remove one; why not, where AWS refuses."""
    try:
        kind.remove(aws, name)
    except FAILURES as error:
        return "" if gone(error) else explain(error)
    return ""
