"""What a command works on: an environment, its Region and account, and the services that run there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from scripts.command import Refused
from scripts.folders import LOCAL_RECORDS, NO_SERVICE_YET
from scripts.model import DesiredTable
from scripts.observe.aws import FAILURES, Aws, explain
from scripts.observe.retired_records import RetiredPlace, retired_places
from scripts.observe.retired_target import deployed_elsewhere, left_here, retired_target, was_deployed
from scripts.observe.services_apart import LeftOut, ServicesApart, left_out_words, services_apart
from scripts.observe.target_options import TargetOptions
from scripts.project.services import Service
from scripts.settings.deployment_file import Environment
from scripts.settings.region_prompt import ask_region, known_region
from scripts.templates.desired import table_states
from scripts.templates.shared_templates import shared_stacks
from scripts.text import prompts


@dataclass(frozen=True)
class ServiceEnvironment:
    """One service in the environment, with its Region filled in."""

    service: Service
    environment: Environment

    @cached_property
    def states(self) -> tuple[DesiredTable, ...]:
        """The desired state of each of its tables, made once: everything that looks at the place asks for them."""
        return table_states(self.service, self.environment)

    @cached_property
    def shared(self) -> dict[str, dict[str, Any]]:
        """The templates of what they share, by the names of the stacks; made once, and not to be changed."""
        return shared_stacks(self.service, self.environment, self.states)

    @property
    def tags(self) -> dict[str, str]:
        """The tags of its stacks: they say whom a stack belongs to."""
        return {"Service": self.service.name, "Environment": self.environment.name}


@dataclass(frozen=True, slots=True)
class Target:
    """An environment of one or more services, all in the same Region and account.

    `left`: services that were deployed there and that it does not have any more; only the one that was named, where one was.
    `left_out`: services that cannot be used, and may belong to it. `elsewhere`: its services whose last record is of another
    Region or account.
    """

    environment: str
    aws: Aws
    places: tuple[ServiceEnvironment, ...]
    left: tuple[RetiredPlace, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    elsewhere: tuple[RetiredPlace, ...] = ()

    @property
    def tables(self) -> int:
        """How many tables there are."""
        return sum(len(place.service.contract.tables) for place in self.places)


def select(options: TargetOptions, apart: ServicesApart | None = None, retired: bool = False) -> Target:
    """The target that the options name, with a connection that was tried.

    `apart`: the services, where they were read already. `retired`: it may be an environment that only records have any more.

    Raises Refused, also when nobody answers a question, or ProblemsError for a contract or settings that cannot be used.
    """
    apart = apart or services_apart(options)
    services = [each for each in apart.services if options.service in (None, each.name)]
    there = {(service.name, each.name) for service in services for each in service.environments}
    unknown = {(each.service, options.environment or "") for each in apart.left_out}
    gone = retired and options.environment not in {None, *(name for _, name in there)}
    if gone and (left := retired_target(options, there | unknown, _connected)):
        return Target(options.environment or "", left[0], (), left[1])
    was = was_deployed(options, there | unknown)
    if not services:
        raise Refused(" ".join(filter(None, (each.sentence for each in apart.left_out))) or was or NO_SERVICE_YET)
    known = list(dict.fromkeys(e.name for service in services for e in service.environments))
    name = options.environment or (
        known[0] if len(known) == 1 else prompts.choose("Which environment", known, "--environment")
    )
    places = [ServiceEnvironment(s, e) for s in services for e in s.environments if e.name == name]
    if not places:
        left_out = left_out_words(apart.left_out) if apart.left_out else ""
        no_such = f'There is no environment "{name}". Known: {", ".join(known)}.'
        raise Refused(" ".join(filter(None, (no_such, was, left_out))))
    region = _region(options, name, places)
    aws = _connected(region)
    account = aws.account
    for place in places:
        if place.environment.account not in (None, account):
            wanted = place.environment.account
            raise Refused(
                f"These are credentials of account {account}, but {name} of {place.service.name} belongs to {wanted}. "
                "Use the credentials of that account."
            )
    filled = tuple(replace(p, environment=replace(p.environment, region=region)) for p in places)
    parted = tuple(left_here(options, there, name, aws))
    elsewhere = tuple(deployed_elsewhere(options, {place.service.name for place in filled}, name, aws))
    return Target(name, aws, filled, parted, apart.left_out, elsewhere)


def _connected(region: str) -> Aws:
    """A connection that was tried. Raises Refused."""
    try:
        aws = Aws(region)
        aws.account  # noqa: B018  (asks AWS)
    except (*FAILURES, ValueError) as error:
        raise Refused(f"AWS cannot be reached: {explain(error)}") from error
    return aws


def _region(options: TargetOptions, environment: str, places: Sequence[ServiceEnvironment]) -> str:
    given = options.region
    stated = sorted({place.environment.region for place in places if place.environment.region})
    if len(stated) > 1:
        raise Refused(
            f"{environment} is in {' and in '.join(stated)}, depending on the service. Name one service with --service."
        )
    if stated and given not in (None, stated[0]):
        raise Refused(
            f"{environment} is in {stated[0]}, not in {given}. Leave --region out, or choose another environment."
        )
    if stated:
        return stated[0]
    return known_region(given) if given else ask_region(_recorded(options, environment, places))


def _recorded(options: TargetOptions, environment: str, places: Sequence[ServiceEnvironment]) -> str:
    """The Region that the records of these services have; empty where there is none, or more than one."""
    services = {place.service.name for place in places}
    for records in (options.out, options.out.parent / LOCAL_RECORDS):
        regions = {each.region for each in retired_places(records, (), environment) if each.service in services}
        if regions:
            return regions.pop() if len(regions) == 1 else ""
    return ""
