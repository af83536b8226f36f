"""Prove that a table and each of its indexes can be read: a Query for a key that does not exist, for a unit at most."""

from typing import Any

from scripts.aws import FAILURES, Aws, error_code, explain
from scripts.compare import MATCH, MISMATCH, UNKNOWN, Finding
from scripts.model import Keys, TableState

# Answers that say something about the table; any other failure says only that we could not look.
REFUSALS = {"ResourceNotFoundException", "ValidationException"}
# No application writes this value; whether something is found does not matter, only that the Query is answered.
VALUES = {"S": {"S": "access-probe"}, "N": {"N": "-1"}, "B": {"B": b"access-probe"}}


def probe(aws: Aws, desired: TableState) -> tuple[Finding, ...]:
    """One finding for the table and one for each of its indexes."""
    keys: dict[str, Keys] = {"": desired.keys, **{index.name: index.keys for index in desired.indexes}}
    return (
        *(_query(aws, desired.name, index, value) for index, value in keys.items()),
        *(_query(aws, desired.name, index.name, index.keys, consistent=True) for index in desired.local_indexes),
    )


def _query(aws: Aws, table: str, index: str, keys: Keys, consistent: bool = False) -> Finding:
    """`consistent`: a consistent read, which is what applications choose a local secondary index for."""
    aliases = {f"#k{n}": key.name for n, key in enumerate(keys.partition)}
    request: dict[str, Any] = {
        "TableName": table,
        "KeyConditionExpression": " AND ".join(f"#k{n} = :v{n}" for n in range(len(aliases))),
        "ExpressionAttributeNames": aliases,
        "ExpressionAttributeValues": {f":v{n}": VALUES[key.type] for n, key in enumerate(keys.partition)},
        "Limit": 1,
        **({"IndexName": index} if index else {}),
        **({"ConsistentRead": True} if consistent else {}),
    }
    try:
        aws.client("dynamodb").query(**request)
    except FAILURES as error:
        outcome = MISMATCH if error_code(error) in REFUSALS else UNKNOWN
        return Finding(table, "Access", index, "query", outcome, "answers", "refused", explain(error))
    return Finding(table, "Access", index, "query", MATCH, "answers", "answers")
