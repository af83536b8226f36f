"""What has changed since the deployment, in every environment that the credentials can see."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from scripts.command import Refused
from scripts.folders import LOCAL_RECORDS, records_folder
from scripts.observe.aws import FAILURES, Aws, explain
from scripts.observe.retired_records import retired_places
from scripts.observe.services_apart import ServicesApart, services_apart
from scripts.observe.stacks import Stack, describe_all
from scripts.observe.target import select
from scripts.observe.target_options import TargetOptions
from scripts.planning.retired_places import left_words
from scripts.project.services import Service
from scripts.settings.deployment_file import Environment
from scripts.validation.drift_report import DriftReport, EnvironmentDrift
from scripts.validation.validate_target import validate

Found = tuple[Service, Environment]


def find_drift(options: TargetOptions) -> DriftReport:
    """Look at every environment, or at the one that the options name. Raises ProblemsError, or Refused for a wrong name."""
    environments: dict[str, list[Found]] = {}
    apart = services_apart(options)
    for service in apart.services:
        for environment in service.environments:
            environments.setdefault(environment.name, []).append((service, environment))
    retired = tuple(_retired(options, environments, {each.service for each in apart.left_out}))
    if (
        options.environment
        and options.environment not in {*environments, *(each.environment for each in retired)}
        and not apart.left_out
    ):
        raise Refused(f'There is no environment "{options.environment}". Known: {", ".join(environments)}.')
    chosen = sorted(name for name in environments if options.environment in (None, name))
    looked = tuple(each for name in chosen for each in _environment(options, environments[name], apart))
    return DriftReport(datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"), (*looked, *retired), apart.left_out)


def _retired(
    options: TargetOptions, environments: Mapping[str, Sequence[Found]], left_out: Collection[str]
) -> Iterator[EnvironmentDrift]:
    """What records have and no deployment.yaml names any more, of the service that was named or of all; nothing of those left out."""
    wanted = {(service.name, name) for name, found in environments.items() for service, _ in found}
    for records in (options.out, options.out.parent / LOCAL_RECORDS):
        stacks: dict[str, Mapping[str, Stack]] = {}
        for place in retired_places(records, wanted, options.environment, options.service):
            if place.service in left_out:
                continue
            asked = partial(EnvironmentDrift, place.environment, (place.service,), retired=True)
            try:
                aws = Aws(place.region)
                if records_folder(options.out, aws.endpoint) != records:
                    continue  # of another AWS than the one that is looked at
                if aws.account != place.account:
                    reason = f"It belonged to account {place.account}; these credentials belong to {aws.account}."
                    yield EnvironmentDrift(place.environment, (place.service,), reason=reason, elsewhere=True)
                    continue
                if place.region not in stacks:
                    stacks[place.region] = describe_all(aws)
                yield asked(reason=left_words(place, stacks[place.region]))
            except (*FAILURES, ValueError) as error:
                yield EnvironmentDrift(place.environment, (place.service,), reason=explain(error))


def _environment(options: TargetOptions, found: list[Found], apart: ServicesApart) -> Iterator[EnvironmentDrift]:
    """One environment as a whole, or each service by itself where they are in different Regions or accounts."""
    places = {(environment.region, environment.account) for _, environment in found}
    if len(places) == 1:
        yield from _apart(_look(options, found, options.service, apart))
    else:
        for service, environment in found:
            yield from _apart(_look(options, [(service, environment)], service.name, apart))


def _apart(looked: EnvironmentDrift) -> Iterator[EnvironmentDrift]:
    """What was looked at, without the services that were never deployed: nothing of them can have changed since."""
    report = looked.report
    if report is None or not report.never:
        yield looked
        return
    deployed = tuple(name for name in looked.services if name not in {each.service for each in report.never})
    if deployed:
        yield replace(looked, services=deployed, report=replace(report, tables=tuple(report.compared), never=()))
    for each in report.never:
        reason = f"{each.sentence} {each.command}"
        yield EnvironmentDrift(looked.environment, (each.service,), reason=reason, never=not each.elsewhere)


def _look(options: TargetOptions, found: list[Found], service: str | None, apart: ServicesApart) -> EnvironmentDrift:
    environment = found[0][1]
    name, services = environment.name, tuple(service.name for service, _ in found)
    region = environment.region or options.region
    if not region:
        where = " and ".join(f"contracts/{each}/deployment.yaml" for each in services)
        reason = f"It has no Region: name the environments in {where}."
        return EnvironmentDrift(name, services, reason=reason)
    try:
        account = Aws(region).account
        if environment.account not in (None, account):
            reason = f"It belongs to account {environment.account}; these credentials belong to {account}."
            return EnvironmentDrift(name, services, reason=reason, elsewhere=not options.environment)
        asked = replace(options, environment=name, service=service, region=region)
        return EnvironmentDrift(name, services, validate(select(asked, apart), out=asked.out))
    except FAILURES as error:
        return EnvironmentDrift(name, services, reason=explain(error))
    except Refused as error:
        return EnvironmentDrift(name, services, reason=str(error))
