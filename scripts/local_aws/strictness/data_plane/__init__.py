"""The data plane: reads and writes of items are held against AWS's rules before the emulator carries them out.

Expressions are parsed once, by `syntax`; what they mean is judged by `conditions`, `updates` and `key_conditions`.
"""

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from scripts.local_aws.strictness.data_plane import key_values, reads
from scripts.local_aws.strictness.data_plane import update_effects as updates
from scripts.local_aws.strictness.data_plane.attribute_values import ContentProblem, refuse_bad_item, refuse_bad_values
from scripts.local_aws.strictness.data_plane.request_expressions import parts_of, read_expressions, scope_of
from scripts.local_aws.strictness.data_plane.tables import Table, index_named, projected, table_keys
from scripts.local_aws.strictness.registry import Request, RequestRefused

OPERATIONS = {
    "PutItem": "_put_item",
    "UpdateItem": "_update_item",
    "DeleteItem": "_delete_item",
    "GetItem": "_get_item",
    "Query": "_query",
    "Scan": "_scan",
    "BatchGetItem": "_batch_get_item",
    "BatchWriteItem": "_batch_write_item",
    "TransactWriteItems": "_transact_write_items",
    "TransactGetItems": "_transact_get_items",
}
# An expression has 300 operators at most, each of which may open a parenthesis: a few calls of a parser.
RECURSION_LIMIT = 5_000

Answer = tuple[Any, ...]
_whole_items: ContextVar[bool] = ContextVar("_whole_items", default=False)


def refuse_bad_request(operation: str, request: Request, table: Table | None, content_problem: ContentProblem) -> None:
    """Raise Refused when AWS would not carry out this request, or this part of a batch or transaction."""
    if operation == "PutRequest":
        refuse_bad_item(request)
        return
    refuse_bad_values(request, content_problem)
    read = read_expressions(operation, request)
    if table is None:
        return  # the emulator says so
    if operation in ("Query", "Scan"):
        reads.refuse_bad_read(table, request, read, scan=operation == "Scan")
        return
    updates.refuse_key_change(table_keys(table), read.changed)
    if text := request.get("UpdateExpression"):
        updates.refuse_index_key_type(table, text, scope_of(request))
    for kind in ("UpdateExpression", "ProjectionExpression"):
        reads.refuse_nested_keys(table, read.paths.get(kind, []))


@contextmanager
def _index_view(dynamodb: Any, table: Table, request: Request) -> Iterator[None]:
    """While an index is read, let the table have only what the index holds of its items."""
    index = index_named(table, request.get("IndexName"))
    if index is None:
        yield
        return
    dynamodb._index_members(table)  # made of all items, before the others are out of sight
    everything = table["items"]
    whole = reads.fetches_from_table(table, request)
    names = None if whole else projected(table, index)
    table["items"] = {
        partition: held
        for partition, items in everything.items()
        if (
            held := {
                sort: item if names is None else {name: value for name, value in item.items() if name in names}
                for sort, item in items.items()
                if key_values.is_member(table, index, item)
            }
        )
    }
    token = _whole_items.set(whole)
    try:
        yield
    finally:
        table["items"] = everything
        _whole_items.reset(token)


def install() -> None:
    """Put these rules in front of the emulator's own functions."""
    import ministack.services.dynamodb as dynamodb
    from ministack.core.responses import error_response_json

    sys.setrecursionlimit(max(RECURSION_LIMIT, sys.getrecursionlimit()))

    def table_of(request: Request) -> Table | None:
        name = request.get("TableName")
        return dynamodb._tables.get(dynamodb._normalize_table_name(name)) if isinstance(name, str) else None

    def guarded(operation: str, original: Callable[[Request], Answer]) -> Callable[[Request], Answer]:
        @functools.wraps(original)
        def run(data: Request) -> Answer:
            content_problem = dynamodb._attribute_value_error
            if operation != "Scan" and any(content_problem(value) for value in dynamodb._request_values(data)):
                return original(data)  # the emulator refuses bad numbers and sets itself, but in a Scan
            try:
                for name, part in parts_of(operation, data):
                    refuse_bad_request(name, part, table_of(part), content_problem)
            except RequestRefused as refusal:
                return error_response_json(refusal.code, str(refusal), 400)
            table = table_of(data)
            if table is None:
                return original(data)
            with _index_view(dynamodb, table, data):
                return original(data)

        return run

    def index_key_reason(
        table: Table, item: Any, update_expr: bool = False, _original: Any = dynamodb._index_key_empty_reason
    ) -> str | None:
        return _original(table, item, update_expr) or key_values.large_index_key(table, item)

    def index_projection(item: Any, table: Table, name: str, _original: Any = dynamodb._apply_index_projection) -> Any:
        return item if _whole_items.get() else _original(item, table, name)

    def apply_update(
        item: Any,
        text: str,
        values: Any,
        names: Any,
        changed: Any = None,
        _original: Any = dynamodb._apply_update_expression,
    ) -> Any:
        updates.refuse_unfit_item(text, item, names or {}, values or {})
        return _original(item, text, values, names, changed)

    dynamodb._apply_update_expression = apply_update
    dynamodb._index_key_empty_reason = index_key_reason
    dynamodb._apply_index_projection = index_projection
    for operation, name in OPERATIONS.items():
        setattr(dynamodb, name, guarded(operation, getattr(dynamodb, name)))
