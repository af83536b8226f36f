"""The question for a Region: with the names of all of them, and the answer that the last deployment gives."""

from scripts.command import Refused
from scripts.settings.regions import NAMES, unknown_region
from scripts.text import prompts

LAST = "the last deployment was in {region}"


def ask_region(recorded: str = "") -> str:
    """A Region that a person names. `recorded`: that of the last deployment, which Enter takes; empty where there is none.

    Raises Refused when nobody answers, and for what can be no Region.
    """
    width = max(map(len, NAMES))
    offered = [f"{region:{width}} {name}" for region, name in NAMES.items()]
    last = LAST.format(region=recorded) if recorded else ""
    question = f"Which Region ({last})" if last else "Which Region"
    return known_region(prompts.ask(question, "--region", recorded or None, offered=offered))


def known_region(region: str) -> str:
    """The same Region. Raises Refused for what can be none: before AWS is asked anything."""
    if (unknown := unknown_region(region)) and unknown.misspelt:
        raise Refused(f'"{region}" is not an AWS Region. {unknown.hint}')
    return region
