"""What a command works on: an environment, its Region and account, and the services that run there."""

import sys
from dataclasses import dataclass, replace
from functools import cached_property

from scripts.command import Refused, one_line
from scripts.folders import NO_SERVICE_YET
from scripts.model import DesiredTable
from scripts.observe.aws import FAILURES, Aws, explain
from scripts.observe.target_options import TargetOptions
from scripts.project.services import Service, read_services
from scripts.project.usable_services import usable_services
from scripts.rendering.cache import Fingerprint
from scripts.rendering.freshness import fingerprint, refuse_stale
from scripts.settings.deployment_file import Environment
from scripts.settings.regions import unknown_region
from scripts.show_problems import show
from scripts.templates.desired import table_states
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

    @property
    def tags(self) -> dict[str, str]:
        """The tags of its stacks: they say whom a stack belongs to."""
        return {"Service": self.service.name, "Environment": self.environment.name}


@dataclass(frozen=True, slots=True)
class Target:
    """An environment of one or more services, all in the same Region and account."""

    environment: str
    aws: Aws
    places: tuple[ServiceEnvironment, ...]

    @property
    def tables(self) -> int:
        """How many tables there are."""
        return sum(len(place.service.contract.tables) for place in self.places)


def select(options: TargetOptions, apart: bool = False) -> Target:
    """The target that the options name, with a connection that was tried.

    `apart`: services whose files cannot be used, or whose generated files are stale, are left out, and said to be.

    Raises Refused, also when nobody answers a question, or ProblemsError for a contract or settings that cannot be used.
    """
    before = fingerprint(options.contracts)
    services = _apart(options, before) if apart else read_services(options.contracts, options.service)
    if not services:
        raise Refused(NO_SERVICE_YET)
    if not apart:
        refuse_stale(services, options.contracts, options.out, before)
    known = list(dict.fromkeys(e.name for service in services for e in service.environments))
    name = options.environment or (
        known[0] if len(known) == 1 else prompts.choose("Which environment", known, "--environment")
    )
    places = [ServiceEnvironment(s, e) for s in services for e in s.environments if e.name == name]
    if not places:
        raise Refused(f'There is no environment "{name}". Known: {", ".join(known)}.')
    region = _region(name, places, options.region)
    try:
        aws = Aws(region)
        account = aws.account
    except (*FAILURES, ValueError) as error:
        raise Refused(f"AWS cannot be reached: {explain(error)}") from error
    for place in places:
        if place.environment.account not in (None, account):
            wanted = place.environment.account
            raise Refused(
                f"These are credentials of account {account}, but {name} of {place.service.name} belongs to {wanted}. "
                "Use the credentials of that account."
            )
    return Target(name, aws, tuple(replace(p, environment=replace(p.environment, region=region)) for p in places))


def _apart(options: TargetOptions, before: Fingerprint | None) -> tuple[Service, ...]:
    """The services that can be deployed as they are; why the others cannot is told on standard error."""
    services, problems = usable_services(options.contracts, options.service)
    show(problems, sys.stderr)
    found, stale = [], []
    for service in services:
        try:
            refuse_stale([service], options.contracts, options.out, before)
        except Refused as refusal:
            stale.append(str(refusal))
        else:
            found.append(service)
    if stale and not found:
        raise Refused(" ".join(stale))
    print("".join(f"{one_line(each)} It is left out.\n" for each in stale), end="", file=sys.stderr)
    return tuple(found)


def _region(environment: str, places: list[ServiceEnvironment], given: str | None) -> str:
    stated = sorted({place.environment.region for place in places if place.environment.region})
    if len(stated) > 1:
        raise Refused(
            f"{environment} is in {' and in '.join(stated)}, depending on the service. Name one service with --service."
        )
    if stated and given not in (None, stated[0]):
        raise Refused(
            f"{environment} is in {stated[0]}, not in {given}. Leave --region out, or choose another environment."
        )
    region = stated[0] if stated else given or prompts.ask("Which Region, for example eu-west-1", "--region")
    if not stated and (unknown := unknown_region(region)) and unknown.misspelt:
        raise Refused(f'"{region}" is no AWS Region. {unknown.hint}')
    return region
