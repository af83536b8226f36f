"""What records have and the files do not any more, for a command that was asked about it: a retired environment or service."""

from collections.abc import Callable, Collection, Iterator
from shlex import quote

from scripts.command import Refused
from scripts.folders import LOCAL_RECORDS, records_folder
from scripts.observe.aws import Aws
from scripts.observe.retired_records import RetiredPlace, retired_places
from scripts.observe.target_options import TargetOptions

Places = Collection[tuple[str, str]]  # service and environment of all that are not left


def left_here(options: TargetOptions, there: Places, name: str, aws: Aws) -> Iterator[RetiredPlace]:
    """Those of an environment that have left it, and that these credentials see; of the service that was named, or of all."""
    read = {service for service, _ in there}
    for each in retired_places(records_folder(options.out, aws.endpoint), there, name, options.service):
        unread = each.service not in read and (options.contracts / each.service).is_dir()  # left out, and not gone
        if not unread and (each.region, each.account) == (aws.region, aws.account):
            yield each


def deployed_elsewhere(
    options: TargetOptions, services: Collection[str], name: str, aws: Aws
) -> Iterator[RetiredPlace]:
    """Services of an environment whose last record is of another Region or account, with tables that it has there."""
    for each in retired_places(records_folder(options.out, aws.endpoint), (), name, options.service):
        if each.service in services and each.tables and (each.region, each.account) != (aws.region, aws.account):
            yield each


def retired_target(
    options: TargetOptions, there: Places, connect: Callable[[str], Aws]
) -> tuple[Aws, tuple[RetiredPlace, ...]] | None:
    """What is left of an environment that no service has any more, from its records, with a connection; None if there are none.

    Raises Refused where the records do not say which Region it was in, or these credentials are of another account.
    """
    name = options.environment or ""
    for records in (options.out, options.out.parent / LOCAL_RECORDS):
        left = [
            each
            for each in retired_places(records, there, name, options.service)
            if options.region in (None, each.region)
        ]
        regions = sorted({each.region for each in left})
        if len(regions) > 1:
            raise Refused(
                f"{name} was in {' and in '.join(regions)}, depending on the service. Name one with --region."
            )
        if regions and records_folder(options.out, (aws := connect(regions[0])).endpoint) == records:
            if found := tuple(left_here(options, there, name, aws)):
                return aws, found
            owners = ", ".join(sorted({each.account for each in left}))
            raise Refused(
                f"These are credentials of account {aws.account}, but {name} was in {owners}. Use the credentials of that account."
            )
    return None


def was_deployed(options: TargetOptions, there: Places = ()) -> str:
    """That what was asked for is retired, and where to read on; empty where no record has it."""
    found = dict.fromkeys(
        (each.service, each.environment)
        for records in (options.out, options.out.parent / LOCAL_RECORDS)
        for each in retired_places(records, there, options.environment, options.service)
        if each.service in {service for service, _ in there} or not (options.contracts / each.service).is_dir()
    )
    if not found:
        return ""
    service = f" SERVICE={quote(options.service)}" if options.service else ""
    commands = " and ".join(dict.fromkeys(f"make plan ENV={quote(environment)}{service}" for _, environment in found))
    verb = "say" if " and " in commands else "says"
    what = (
        f"{options.service} in {options.environment}"
        if options.service and options.environment
        else (options.service or options.environment or "What was deployed")
    )
    return f"{what} is retired: its record stays as it is, and {commands} {verb} what is left."
