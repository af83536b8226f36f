"""The tables of an account: which of them are meant, and what AWS tells about each."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fnmatch import fnmatchcase

from scripts.command import Refused
from scripts.contract.input_limits import MAX_ITEM
from scripts.conversion.draft import TableDraft
from scripts.model import DesiredTable, Keys, LiveTable, TtlTransition, Unknown
from scripts.observe.aws import FAILURES, Aws
from scripts.observe.batch_reader import BatchReader
from scripts.observe.foreign_scaling import with_scaling_targets
from scripts.observe.live_table import read_table
from scripts.planning.table_changes import WORKERS
from scripts.problems import did_you_mean
from scripts.properties.scaling import KINDS

_WILD = frozenset("*?[")  # no name of a table can hold them (CreateTable, TableName)
_SHOWN = 20


def table_names(aws: Aws, wanted: Sequence[str]) -> list[str]:
    """The tables that are meant by names and patterns such as `prod-*`, in that order. Raises Refused, and FAILURES."""
    if not any(_WILD & set(name) for name in wanted):
        return list(dict.fromkeys(wanted))
    there = [
        name for page in aws.client("dynamodb").get_paginator("list_tables").paginate() for name in page["TableNames"]
    ]
    found: list[str] = []
    for pattern in wanted:
        matching = [name for name in there if fnmatchcase(name, pattern)] if _WILD & set(pattern) else [pattern]
        if not matching:
            raise Refused(f'No table of account {aws.account} in {aws.region} fits "{pattern}". {_known(there)}')
        found += matching
    return list(dict.fromkeys(found))


def read_live(
    aws: Aws, names: Sequence[str], listed: BatchReader, tell: Callable[[str], None] = lambda _name: None
) -> list[LiveTable]:
    """The live state of each table. Raises Refused where one is not there or cannot be read."""

    def read(name: str) -> LiveTable:
        live = read_table(aws, _any(aws, name), listed)
        tell(name)
        if isinstance(live, Unknown):
            raise Refused(f"Table {name} cannot be read: {live.reason}")
        if live is None:
            there = aws.client("dynamodb").list_tables()["TableNames"]
            guess = did_you_mean(name, there)
            hint = f'Did you mean "{guess}"?' if guess else _known(there)
            raise Refused(f"There is no table {name} in account {aws.account} in {aws.region}. {hint}")
        return _in_order(with_scaling_targets(live, listed))

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(read, names))


def _any(aws: Aws, name: str) -> DesiredTable:
    """A desired state that stands for whatever a table is like: everything that there may be is asked for."""
    try:
        table = aws.client("dynamodb").describe_table(TableName=name)["Table"]
    except FAILURES:
        table = {}  # whoever reads it meets the same error
    targets = ("", *(index["IndexName"] for index in table.get("GlobalSecondaryIndexes", ())))
    return DesiredTable(name, Keys(()), insights=tuple((target, "any") for target in targets))


def _in_order(live: LiveTable) -> LiveTable:
    """The live table with its auto scaling in the order in which a desired state has it: the table, then its indexes."""
    if isinstance(live.scaling, Unknown):
        return live
    targets = ["", *(index.name for index in live.indexes)]
    return replace(
        live, scaling=tuple(sorted(live.scaling, key=lambda each: (targets.index(each.index), KINDS.index(each.kind))))
    )


def table_draft(live: LiveTable, name: str) -> TableDraft:
    """What a contract says about a live table. `name`: its name there, without the prefix of the environment."""
    ttl = live.ttl_attribute
    attribute = (ttl.attribute if ttl.on else "") if isinstance(ttl, TtlTransition) else ttl
    return TableDraft(
        name,
        live.keys,
        live.indexes,
        live.local_indexes,
        # Of another type it would have no effect: DynamoDB looks at numbers only (developer guide, TTL).
        {attribute: "N"} if isinstance(attribute, str) and attribute else {},
        item_size_bytes=_item_size(live),
    )


def unknown_of(live: LiveTable, draft: TableDraft) -> Iterator[str]:
    """What was assumed about a table, and what AWS does not tell, beside what it tells of none."""
    for name, type in draft.attributes.items():
        yield f'"{name}" is declared as {type}, because time to live is on for it: items in which it has another type never expire.'
    if draft.undeclared:
        names = ", ".join(draft.undeclared)
        yield f"Indexes hold copies of {names}, whose types AWS does not tell: add them to attributes of the contract."
    for what, each in live.beyond:
        yield f"It has {what} ({each}), which no setting asks for."
    if draft.item_size_bytes:
        yield f"The size of an item, {draft.item_size_bytes} bytes, is an average, up to six hours old."


def _item_size(live: LiveTable) -> int | None:
    """Bytes that an item takes on average, rounded up; None where there are no items, or it is not told."""
    if not live.item_count or not live.size_bytes:
        return None
    return min(-(-live.size_bytes // live.item_count), MAX_ITEM)


def _known(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"There are: {', '.join(names[:_SHOWN])}{more}." if names else "There is none at all."
