"""The plan against what runs: every table looked at, and the tables that the contract does not have any more found."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from scripts import names
from scripts.folders import CONTRACTS
from scripts.model import LiveTable
from scripts.observe.aws import FAILURES, Aws, error_code, explain
from scripts.observe.batch_reader import BatchReader
from scripts.observe.foreign_scaling import with_scaling_targets
from scripts.observe.live_table import ABSENT as NO_TABLE
from scripts.observe.live_table import read_keys
from scripts.observe.retired_tables import retired_tables
from scripts.observe.target import Target
from scripts.planning.build_plan import plan
from scripts.planning.entries import Plan
from scripts.planning.inputs import PlannedTable
from scripts.planning.kept_settings import Kept, deployment_file, kept
from scripts.planning.retired_dashboards import parting, retired_dashboards
from scripts.planning.retired_entries import ABSENT, THERE, UNREAD, Retired
from scripts.planning.retired_places import elsewhere_words, left_words, retired_shared
from scripts.planning.shared_changes import shared_changes
from scripts.planning.table_changes import listings, prepare


def live_plan(
    target: Target,
    tell: Callable[[str], None] = lambda _name: None,
    contracts: Path = CONTRACTS,
) -> Plan:
    """The plan for a target, and for what has left it. Reads only.

    `tell` hears the name of each table when it has been looked at, from several threads.
    """
    return _plans(target, tell, contracts, each=False)[0]


def plans_by_service(
    target: Target,
    tell: Callable[[str], None] = lambda _name: None,
    contracts: Path = CONTRACTS,
) -> list[Plan]:
    """The same, but a plan for each service, which has the hash of a plan that was made for this service alone."""
    return _plans(target, tell, contracts, each=True)


def _plans(target: Target, tell: Callable[[str], None], contracts: Path, each: bool) -> list[Plan]:
    listed = listings(target)
    jobs = prepare(target, listed, tell)
    notes: list[str] = []
    unread = False
    try:
        found = [_looked_at(target.aws, table) for table in retired(target, listed)]
        left = [entry for place in target.left for entry in retired_shared(target.aws, listed, place)]
        parted = [(place.service, left_words(place, listed.stacks())) for place in target.left]
    except FAILURES as error:
        found, left, parted, unread = [], [], [], True
        notes.append(f"Tables that have left the contract could not be looked for: {explain(error)}")
    region, account = target.aws.region, target.aws.account
    shared = shared_changes(target, listed)
    if not unread and (unwanted := _dashboards(target, listed, {stack.stack for stack in shared})):
        notes.append(parting(unwanted, region))
    keep = {(job.place.service.name, job.desired.name): _kept(contracts, job, listed) for job in jobs}
    every = [
        *(place.service.name for place in target.places),
        *(table.service for table in found),
        *(entry.service for entry in left),
    ]
    plans = []
    for service in dict.fromkeys(every) if each else ("",):
        made = plan(
            target.environment,
            region,
            account,
            [job for job in jobs if service in ("", job.place.service.name)],
            shared=[stack for stack in shared if service in ("", stack.service)],
            retired=[table for table in found if service in ("", table.service)],
            notes=[
                *notes,
                *(words for name, words in parted if service in ("", name)),
                *elsewhere_notes(target, service),
                *(f"{s.stack}: {words}" for s in shared if service in ("", s.service) for words in s.unread),
            ],
        )
        gone = tuple(entry for entry in left if service in ("", entry.service))
        made = replace(made, shared=(*made.shared, *gone))
        entries = tuple(replace(e, keep=keep.get((e.service, e.table))) for e in made.entries)
        plans.append(replace(made, entries=entries, service=service))
    return plans


def elsewhere_notes(target: Target, service: str = "") -> list[str]:
    """Of the services, or of one of them, that were last deployed to another Region or account."""
    return [elsewhere_words(place) for place in target.elsewhere if service in ("", place.service)]


def _dashboards(target: Target, listed: BatchReader, shared: set[str]) -> list[str]:
    """The stacks of dashboards that no service wants any more; all stacks of the account have been listed."""
    environment = target.environment
    found = []
    for place in target.places:
        name = place.service.name
        wanted = shared | {names.table_stack(environment, name, table.name) for table in place.service.contract.tables}
        found += retired_dashboards(listed.stacks(), environment, name, wanted)
    return found


def _kept(contracts: Path, job: PlannedTable, listed: BatchReader) -> Kept | None:
    """What keeps the settings of a table that is in no stack of ours yet."""
    if not isinstance(job.live, LiveTable) or job.template:
        return None
    live = with_scaling_targets(job.live, listed)
    return kept(deployment_file(contracts, job.place), job.place, job.table, job.desired, live)


def retired(target: Target, listed: BatchReader) -> Iterator[Retired]:
    """The tables of stacks that carry our tags and that the contract does not have any more, by the stacks' names.

    Raises the errors of FAILURES.
    """
    environment = target.environment
    services = {place.service.name for place in target.places} | {place.service for place in target.left}
    known: set[str] = set()
    for place in target.places:
        name = place.service.name
        known |= {names.table_stack(environment, name, table.name) for table in place.service.contract.tables}
        known.add(names.service_stack(environment, name))
    for service, table, stack in retired_tables(listed.stacks(), environment, services, known):
        yield Retired(service, table, stack, region=target.aws.region)


def _looked_at(aws: Aws, found: Retired) -> Retired:
    """With its keys and size, where it is still there and can be read. Its stack is in the list of all stacks."""
    try:
        table = aws.client("dynamodb").describe_table(TableName=found.table)["Table"]
    except FAILURES as error:
        return replace(found, found=ABSENT if error_code(error) in NO_TABLE else UNREAD)
    types = {item["AttributeName"]: item["AttributeType"] for item in table["AttributeDefinitions"]}
    keys = read_keys(table["KeySchema"], types)
    return replace(
        found, found=THERE, keys=keys, item_count=table.get("ItemCount"), size_bytes=table.get("TableSizeBytes")
    )
