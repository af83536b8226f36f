"""Query and Scan: what they may filter by, and which attributes an index can give."""

from scripts.local_aws.strictness.data_plane import data_plane_sources, syntax
from scripts.local_aws.strictness.data_plane.request_expressions import Expressions
from scripts.local_aws.strictness.data_plane.scope import Resolved, Scope
from scripts.local_aws.strictness.data_plane.start_key import (
    refuse_bad_start_key,
    refuse_other_segment,
    refuse_start_outside,
)
from scripts.local_aws.strictness.data_plane.tables import (
    Index,
    Table,
    index_named,
    indexes,
    is_global,
    key_type,
    keys,
    projected,
    table_keys,
)
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule, upheld


def refuse_bad_read(table: Table, request: Request, read: Expressions, scan: bool) -> None:
    """Raise Refused when AWS would not answer this Query or Scan of the table."""
    index = index_named(table, request.get("IndexName"))
    if index is None and request.get("IndexName"):
        return  # the emulator refuses it
    schema = index["KeySchema"] if index else [{"AttributeName": name, "KeyType": ""} for name in table_keys(table)]
    conditions = [condition for condition in read.keys if condition.attribute in keys(schema)]
    if start := request.get("ExclusiveStartKey"):
        refuse_bad_start_key(table, index, start, scan)
        if scan:
            refuse_other_segment(keys(schema)[0], start, request)
        fitting = all(key_type(table, each.attribute) in value for each in conditions for value in each.values)
        if not scan and fitting and len(conditions) == len(read.keys):  # else the emulator refuses the conditions
            partition = keys(schema, "HASH") if index else [table["pk_name"]]
            refuse_start_outside(partition, start, conditions)
    refuse_nested_keys(table, read.paths.get("ProjectionExpression", []))
    if not scan:
        refuse_key_filter(keys(schema), request, read.paths.get("FilterExpression", []))
    if index and is_global(table, index):
        refuse_unprojected(table, index, request, read.paths.get("ProjectionExpression", []))
    refuse_nested_keys(table, read.paths.get("FilterExpression", []))


@rule(
    "filter-on-key",
    "The filter of a Query cannot name a key attribute of the table, or of the index, that is queried; that of a Scan can.",
    data_plane_sources.FILTERS,
)
def refuse_key_filter(key_attributes: list[str], request: Request, paths: list[Resolved]) -> None:
    """Raise Refused when a filter of a Query names a key attribute."""
    legacy = request.get("QueryFilter")
    heads = set(legacy) if legacy else {path[0] for path in paths}
    for name in key_attributes:
        if name in heads:
            raise RequestRefused(
                f"{'QueryFilter' if legacy else 'Filter Expression'} can only contain non-primary key attributes: "
                f"Primary key attribute: {name}"
            )


@rule(
    "nested-keys",
    "Key attributes of the table and its indexes are scalars: a path into one is refused.",
    data_plane_sources.PATHS,
)
def refuse_nested_keys(table: Table, paths: list[Resolved]) -> None:
    """Raise Refused when a path goes into a key attribute of the table or of an index."""
    nested = {path[0] for path in paths if len(path) > 1}
    places = [("Key", name) for name in table_keys(table)]
    places += [("IndexKey", name) for index in indexes(table) for name in keys(index["KeySchema"])]
    for place, name in places:
        if name in nested:
            raise RequestRefused(
                "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
                f"{place}: {name}"
            )


@rule(
    "index-projection",
    "A global secondary index gives only what it projects: ALL_ATTRIBUTES of one that does not project all, and a projection "
    "of an attribute that it does not have, are refused. A local one fetches them from the table.",
    data_plane_sources.QUERY,
)
def refuse_unprojected(table: Table, index: Index, request: Request, paths: list[Resolved]) -> None:
    """Raise Refused when attributes are asked for that a global secondary index does not have."""
    available = projected(table, index)
    if available is None:
        return
    name = index["IndexName"]
    if request.get("Select") == "ALL_ATTRIBUTES":
        raise RequestRefused(
            "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global "
            f"secondary index {name} because its projection type is not ALL"
        )
    asked = [str(path[0]) for path in paths] or list(request.get("AttributesToGet") or [])
    if missing := [attribute for attribute in dict.fromkeys(asked) if attribute not in available]:
        raise RequestRefused(
            f"One or more parameter values were invalid: Global secondary index {name} does not project "
            f"[{', '.join(missing)}]"
        )


def fetches_from_table(table: Table, request: Request) -> bool:
    """Whether a read of a local secondary index asks for what the index does not have."""
    index = index_named(table, request.get("IndexName"))
    available = None if index is None or is_global(table, index) else projected(table, index)
    if available is None:
        return False
    asked = {str(name) for name in request.get("AttributesToGet") or []}
    if text := request.get("ProjectionExpression"):
        scope = Scope(request.get("ExpressionAttributeNames") or {}, {})
        asked = {str(scope.path(path)[0]) for path in syntax.projection(text)}
    return request.get("Select") == "ALL_ATTRIBUTES" or not asked <= available


upheld(
    "key-size",
    "Partition key values of a table have at most 2,048 bytes, sort key values 1,024, in reads as in writes.",
    data_plane_sources.CONSTRAINTS,
)
upheld(
    "page-limit",
    "A page ends after Limit items read, before any filter, and has a LastEvaluatedKey then even when no item follows; "
    "Count are the items of the page, ScannedCount those read for it.",
    data_plane_sources.PAGING,
)
upheld(
    "page-size",
    "A page ends before the items read for it have more than 1 MB; of an index, those are its entries.",
    data_plane_sources.PAGING,
)
