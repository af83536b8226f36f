"""From tables of an account to the files of a service that adopts them, and what has to be said about them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts import names as our_names
from scripts.command import Refused
from scripts.conversion.adopting_files import Files, adopting_files
from scripts.conversion.live_tables import read_live, table_names
from scripts.model import LiveTable
from scripts.observe.aws import FAILURES, Aws, explain
from scripts.observe.batch_reader import BatchReader
from scripts.project.repository_settings import read_repository_settings
from scripts.settings.deployment_file import Environment
from scripts.text.progress import looking

# What DescribeTable and the other calls that describe a table have no answer for, whatever the table.
NEVER_TOLD = (
    "Attributes that are no keys: DynamoDB knows none. No item was read. Add them to attributes, or to entities, so that the pages "
    "show them.",
    "Access patterns, and how often they happen: add access_patterns, so that alarms, cost and access policies go by them.",
    "Where the values come from (source_table, source_column), and which kinds of items share a table: each is described as "
    "single-entity.",
    "Whether warm throughput was asked for or has grown by itself: the settings leave it as it is.",
    "Alarms, dashboards and backup plans of others: they stay as they are, beside those that the settings ask for.",
)


def adopt_live(
    service: str, environment: str, region: str, tables: Sequence[str], prefix: str, contracts: Path
) -> tuple[Files, str]:
    """The files, and the account that the tables are in. Raises Refused, ProblemsError and FAILURES of AWS."""
    aws = Aws(region)
    account = aws.account
    names = table_names(aws, tables)
    if strangers := [name for name in names if not name.startswith(prefix) or name == prefix]:
        raise Refused(
            f'Table {strangers[0]} does not begin with the prefix "{prefix}". Correct PREFIX, or leave it out.'
        )
    listed = BatchReader(aws, [])
    with looking(len(names), f"Reading tables in {region}") as board:
        lives = read_live(aws, names, listed, lambda _name: board.looked())
    place = Environment(environment, region, account, prefix)
    strict = read_repository_settings(contracts).strict
    files = adopting_files(service, place, lives, strict, contracts)
    told = (*files.told, *_owned(listed, lives, service, place))
    return files._replace(told=told), account


def _owned(
    listed: BatchReader, lives: Sequence[LiveTable], service: str, environment: Environment
) -> Iterator[tuple[str, str]]:
    """The tables that a stack has already, which blocks their adoption."""
    for live in lives:
        name = live.name.removeprefix(environment.table_prefix)
        try:
            owner = listed.owner(live.name, our_names.table_stack(environment.name, service, name))
        except FAILURES as error:
            yield name, f"Whether it belongs to a stack, which blocks its adoption, could not be read: {explain(error)}"
            continue
        if owner:
            yield name, f"It belongs to stack {owner}, which it has to leave first (docs/adoption.md)."
