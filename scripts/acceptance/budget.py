"""What a run takes: minutes and cents, shown and confirmed before anything is made."""

from collections.abc import Iterator, Sequence

from scripts.acceptance.scenario import Scenario
from scripts.acceptance.scenarios import SCENARIOS
from scripts.command import Refused
from scripts.text import prompts

CREATE = "create"  # the scenario whose deployment others look at


def chosen(only: Sequence[str], long: bool) -> list[Scenario]:
    """The scenarios to run, in their order: all but the long ones, or those named, which may be long. Raises Refused."""
    if unknown := [id for id in only if id not in SCENARIOS]:
        raise Refused(f'There is no scenario "{unknown[0]}". Known: {", ".join(SCENARIOS)}.')
    return [each for each in SCENARIOS.values() if (each.id in only if only else long or not each.long)]


def left_out(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """The others."""
    return [each for each in SCENARIOS.values() if each not in scenarios]


def estimate(scenarios: Sequence[Scenario]) -> tuple[float, float]:
    """Minutes and cents of these scenarios; with them what they look at."""
    needed = list(scenarios)
    if any(each.base for each in needed) and not any(each.id == CREATE for each in needed):
        needed.append(SCENARIOS[CREATE])
    return sum(each.minutes for each in needed), sum(each.cents for each in needed)


def lines(scenarios: Sequence[Scenario]) -> Iterator[str]:
    """The estimate, a line for each scenario and one for all."""
    for each in scenarios:
        yield f"  {each.id:24} {each.minutes:4.0f} min {each.cents:6.1f} cents"
    minutes, cents = estimate(scenarios)
    yield f"About {minutes:.0f} minutes and {cents / 100:.2f} US dollars at list prices, as far as they are known here. Removing it takes some minutes more."


def confirmed(account: str, what: str = "begin", waits: str = "The run") -> bool:
    """Whether the person types the account to do `what`. Raises Refused when nobody can be asked."""
    return prompts.confirm(account, "--yes", what, waits)
