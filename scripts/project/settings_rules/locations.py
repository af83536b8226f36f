"""Regions and accounts. Those that exist, and those that what an environment names must share."""

from collections.abc import Iterator
from typing import Any

from scripts.access.arns import partition
from scripts.edit import Place, write
from scripts.problems import Breach, rule
from scripts.project.settings_rules.case import Case
from scripts.project.settings_rules.policy_statement import policy_statements
from scripts.settings.deployment_file import at
from scripts.settings.regions import UnknownRegion, unknown_region
from scripts.text.edit_words import edit_words

_SOURCE = "AWS General Reference, regional endpoints; the Regions of the AWS SDK"


def _regions(case: Case) -> Iterator[tuple[Place, str]]:
    """Every Region that an environment names, with its place: its own, and those of copies of backups."""
    yield ("region",), case.environment.region or ""
    for number, vault in enumerate((case.environment.backups or {}).get("copy_to", ())):
        yield ("backups", "copy_to", number), vault.split(":")[3]


def _unknown(case: Case) -> Iterator[tuple[Place, str, UnknownRegion]]:
    for place, region in _regions(case):
        if region and (found := unknown_region(region)):
            yield place, region, found


def _written(case: Case, place: Place, found: UnknownRegion) -> dict[str, Any]:
    """What a breach is told of the Region that is meant."""
    if not found.guess:
        return {"hint": found.hint}
    value = found.guess
    if place[0] == "backups":
        parts = str(at(case.environment.backups, place[1:])).split(":")
        value = ":".join((*parts[:3], found.guess, *parts[4:]))
    edits = [write(place, value)]
    return {"edits": edits, "hint": f"{edit_words(edits, bare=True)}."}


@rule(
    "S251",
    "Regions are written as AWS writes them",
    '"{region}" is not an AWS Region.',
    "{hint}",
    "The first deployment would fail, or wait for an endpoint that does not exist.",
    "region: eu-wset-1",
    "region: eu-west-1",
    source=_SOURCE,
)
def misspelt_region(case: Case) -> Iterator[Breach]:
    for place, region, found in _unknown(case):
        if found.misspelt:
            yield Breach(*place, region=region, **_written(case, place, found))


@rule(
    "S252",
    "Regions are known",
    '"{region}" is no Region that is known here.',
    "{hint} If AWS has opened it since, add it to scripts/settings/regions.py.",
    "Nobody has looked at it: prices and partitions are those of known Regions.",
    "region: eu-west-4",
    "region: eu-west-3",
    severity="warning",
    source=_SOURCE,
)
def new_region(case: Case) -> Iterator[Breach]:
    for place, region, found in _unknown(case):
        if not found.misspelt:
            yield Breach(*place, region=region, **_written(case, place, found))


@rule(
    "S253",
    "What must be of the table's account is of one account",
    "The {what} is of account {there}, but {other} of {here}.",
    "Name a {what} of account {here}.",
    "DynamoDB streams to Kinesis within one account and Region, and AWS Backup takes a role of the account. Keys, "
    "topics and vaults may be of another account that allows it.",
    "environments: {prod: {account: '111122223333', kinesis_stream: 'arn:aws:kinesis:eu-west-1:444455556666:stream/orders'}}",
    "environments: {prod: {account: '111122223333', kinesis_stream: 'arn:aws:kinesis:eu-west-1:111122223333:stream/orders'}}",
    source="Amazon DynamoDB API Reference, EnableKinesisStreamingDestination; AWS Backup Developer Guide, iam-service-roles",
)
def other_account(case: Case) -> Iterator[Breach]:
    environment = case.environment
    role = (environment.backups or {}).get("role", "")
    named: list[tuple[Place, str, str]] = [
        (("backups", "role"), "backup role", role),
        (("kinesis_stream",), "Kinesis stream", case.settings["kinesis_stream"]),
    ]
    here, other = environment.account, f"{environment.name} is"
    for place, what, arn in named:
        there = arn.split(":")[4] if arn else here
        if here is None:
            here, other = there, f"the {what} is"
        elif there != here:
            yield Breach(*place, what=what, there=there, here=here, other=other)


@rule(
    "S254",
    "What an environment names is in its partition",
    "{arn} is in the partition {there}, but Region {region} is in {here}.",
    "Name one that is in {here}: its ARN begins with arn:{here}:.",
    "No partition of AWS knows anything of another one.",
    "environments: {prod: {region: cn-north-1, encryption: 'arn:aws:kms:cn-north-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'}}",
    "environments: {prod: {region: cn-north-1, encryption: 'arn:aws-cn:kms:cn-north-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'}}",
    source="IAM User Guide, reference-arns",
)
def other_partition(case: Case) -> Iterator[Breach]:
    environment, backups = case.environment, case.environment.backups or {}
    named: list[tuple[Place, str]] = [
        (("encryption",), case.settings["encryption"]),
        (("kinesis_stream",), case.settings["kinesis_stream"]),
        (("alarm_encryption",), environment.alarm_encryption),
        *((("alarm_topics", number), topic) for number, topic in enumerate(environment.alarm_topics)),
        *((("backups", "copy_to", number), vault) for number, vault in enumerate(backups.get("copy_to", ()))),
        (("backups", "role"), backups.get("role", "")),
        *((place, name) for one in policy_statements(case) for place, kind, name in one.principals() if kind == "AWS"),
    ]
    here = partition(environment.region or "")
    for number, vault in enumerate(backups.get("copy_to", ())):
        there = partition(vault.split(":")[3])
        if there != vault.split(":")[1] == here:  # an ARN of here that names a Region of another one
            yield Breach("backups", "copy_to", number, arn=vault, there=there, here=here, region=environment.region)
    for place, arn in named:
        if arn.startswith("arn:") and (there := arn.split(":")[1]) != here:
            yield Breach(*place, arn=arn, there=there, here=here, region=environment.region)
