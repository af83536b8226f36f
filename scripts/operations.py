"""The data operations of DynamoDB that an access pattern can be (API reference; PartiQL has none of its own here)."""

from typing import NamedTuple


class Operation(NamedTuple):
    """What an operation does: it reads or writes items, several of them in one request, all of them or none."""

    reads: bool = False
    batch: bool = False
    transactional: bool = False


OPERATIONS = {
    "GetItem": Operation(reads=True),
    "PutItem": Operation(),
    "UpdateItem": Operation(),
    "DeleteItem": Operation(),
    "Query": Operation(reads=True),
    "Scan": Operation(reads=True),
    "BatchGetItem": Operation(reads=True, batch=True),
    "BatchWriteItem": Operation(batch=True),
    "TransactGetItems": Operation(reads=True, batch=True, transactional=True),
    "TransactWriteItems": Operation(batch=True, transactional=True),
}
