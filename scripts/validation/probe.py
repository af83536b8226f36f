"""Prove that a table and each of its indexes can be read: a Query for a key that does not exist, for a unit at most."""

from collections.abc import Iterator
from typing import Any

from scripts.comparison.compare import MATCH, MISMATCH, UNKNOWN, Finding
from scripts.model import Deleting, DesiredTable, Keys, LiveTable, Unknown
from scripts.observe.aws import FAILURES, Aws, error_code, explain

# Answers that say something about the table; any other failure says only that we could not look.
REFUSALS = {"ResourceNotFoundException", "ValidationException"}
# No application writes this value; whether something is found does not matter, only that the Query is answered.
VALUES = {"S": {"S": "access-probe"}, "N": {"N": "-1"}, "B": {"B": b"access-probe"}}


def probe(aws: Aws, desired: DesiredTable, live: LiveTable | None = None) -> tuple[Finding, ...]:
    """One finding for the table and one for each of its indexes.

    `live`: what was found before. What is not there, has other keys or is being deleted is not asked, and what is being built is not known.
    """
    return tuple(_findings(aws, desired, live))


def _findings(aws: Aws, desired: DesiredTable, live: LiveTable | None) -> Iterator[Finding]:
    there = None if live is None else {index.name: index.keys for index in (*live.indexes, *live.local_indexes)}
    status = dict(live.index_status) if live else {}
    if live and isinstance(live.status, Deleting):
        return  # said already
    if live is None or live.keys == desired.keys:
        yield _query(aws, desired.name, "", desired.keys)
    for index in (*desired.indexes, *desired.local_indexes):
        if there is not None and there.get(index.name) != index.keys:
            continue  # said already, also that its keys are others
        unsettled = status.get(index.name)
        if isinstance(unsettled, Deleting):
            continue
        if isinstance(unsettled, Unknown) and unsettled.in_progress:
            named = (desired.name, "Access", index.name, "query", UNKNOWN, "answers", None)
            yield Finding(*named, unsettled.reason, in_progress=True)
        else:
            # A consistent read is what applications choose a local secondary index for.
            yield _query(aws, desired.name, index.name, index.keys, consistent=index in desired.local_indexes)


def query(table: str, index: str, keys: Keys, values: dict[str, Any], consistent: bool = False) -> dict[str, Any]:
    """The request of a Query for the partition key that `values` (attribute name to typed value) has."""
    aliases = {f"#k{n}": key.name for n, key in enumerate(keys.partition)}
    return {
        "TableName": table,
        "KeyConditionExpression": " AND ".join(f"#k{n} = :v{n}" for n in range(len(aliases))),
        "ExpressionAttributeNames": aliases,
        "ExpressionAttributeValues": {f":v{n}": values[key.name] for n, key in enumerate(keys.partition)},
        "Limit": 1,
        **({"IndexName": index} if index else {}),
        **({"ConsistentRead": True} if consistent else {}),
    }


def _query(aws: Aws, table: str, index: str, keys: Keys, consistent: bool = False) -> Finding:
    values = {key.name: VALUES[key.type] for key in keys.partition}
    try:
        aws.client("dynamodb").query(**query(table, index, keys, values, consistent))
    except FAILURES as error:
        code = error_code(error)
        outcome = MISMATCH if code in REFUSALS else UNKNOWN
        return Finding(table, "Access", index, "query", outcome, "answers", "refused", explain(error), code=code)
    return Finding(table, "Access", index, "query", MATCH, "answers", "answers")
