"""What a CreateTable request may not say. Pure functions on the request, in the order in which they are asked."""

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.registry import Request, table_check, upheld

INVALID = "One or more parameter values were invalid: "
MAX_GLOBAL_INDEXES = 20
MAX_LOCAL_INDEXES = 5
MAX_INDEX_KEY_ATTRIBUTES = 4
MAX_NON_KEY_PER_TABLE = 100
MAX_UNITS = 10**12

upheld(
    "table-and-index-names",
    "Names of tables and indexes: 3 to 255 characters of a-z, A-Z, 0-9, '_', '-', '.'.",
    sources.CONSTRAINTS,
)
upheld("duplicate-index-names", "Index names are unique among all indexes of a table.", sources.CREATE_TABLE)


def global_indexes(request: Request) -> list[Request]:
    """The global secondary indexes of a CreateTable request."""
    return request.get("GlobalSecondaryIndexes") or []


def local_indexes(request: Request) -> list[Request]:
    """The local secondary indexes of a CreateTable request."""
    return request.get("LocalSecondaryIndexes") or []


def _all_indexes(request: Request) -> list[Request]:
    return global_indexes(request) + local_indexes(request)


def _names(schema: list[Request], key_type: str | None = None) -> list[str]:
    return [element.get("AttributeName", "") for element in schema if key_type in (None, element.get("KeyType"))]


def key_names(request: Request) -> set[str]:
    """Every attribute that is part of a key of the table or of one of its indexes."""
    schemas = [request.get("KeySchema") or []]
    schemas += [index.get("KeySchema") or [] for index in _all_indexes(request)]
    return {name for schema in schemas for name in _names(schema)}


def _listed(names: set[str]) -> str:
    return f"[{', '.join(sorted(names))}]"


@table_check(
    "table-keys",
    "A table has exactly one partition key attribute, first, and at most one sort key attribute.",
    sources.CREATE_TABLE,
)
def _table_keys(request: Request) -> str | None:
    schema = request.get("KeySchema") or []
    types = [element.get("KeyType") for element in schema]
    if len(set(_names(schema))) < len(schema) == 2:
        return "Both the Hash Key and the Range Key element in the KeySchema have the same name"
    if types[:1] not in ([], ["HASH"]):
        return "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"
    if len(types) == 2 and types[1] != "RANGE":
        return "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"
    return None


@table_check(
    "index-keys",
    "A global secondary index has 1 to 4 partition key attributes, then 0 to 4 sort key attributes, no name twice.",
    sources.INDEXES,
)
def _index_keys(request: Request) -> str | None:
    for index in global_indexes(request):
        schema = index.get("KeySchema") or []
        types = [element.get("KeyType") for element in schema]
        if types[:1] != ["HASH"]:
            return "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"
        if types != sorted(types):
            return f"{INVALID}All HASH key attributes must precede RANGE key attributes in the KeySchema"
        for key_type in ("HASH", "RANGE"):
            if types.count(key_type) > MAX_INDEX_KEY_ATTRIBUTES:
                return f"{INVALID}The KeySchema exceeds the maximum allowed number of {key_type} key attributes"
        if len(set(_names(schema))) < len(schema):
            return "The KeySchema contains multiple key attributes with the same name"
    return None


@table_check(
    "local-index-keys",
    "At most 5 local secondary indexes; each has the partition key of the table and a sort key of its own.",
    sources.CREATE_TABLE,
)
def _local_indexes(request: Request) -> str | None:
    indexes = local_indexes(request)
    if len(indexes) > MAX_LOCAL_INDEXES:
        return f"{INVALID}Number of LocalSecondaryIndexes exceeds per-table limit of {MAX_LOCAL_INDEXES}"
    partition = _names(request.get("KeySchema") or [], "HASH")
    for index in indexes:
        schema, name = index.get("KeySchema") or [], index.get("IndexName")
        if _names(schema, "HASH") != partition:
            return (
                f"{INVALID}Index KeySchema does not have the same leading hash key as table KeySchema for index: "
                f"{name}. index hash key: {''.join(_names(schema, 'HASH'))}, table hash key: {''.join(partition)}"
            )
        if len(_names(schema, "RANGE")) != 1:
            return f"{INVALID}Index KeySchema does not have a range key for index: {name}"
    return None


@table_check(
    "attribute-definitions",
    "AttributeDefinitions names exactly the key attributes of the table and its indexes: none missing, none unused.",
    sources.TABLE_RESOURCE,
)
def _attribute_definitions(request: Request) -> str | None:
    names = [definition.get("AttributeName", "") for definition in request.get("AttributeDefinitions") or []]
    defined, used = set(names), key_names(request)
    if twice := [name for name in names if names.count(name) > 1]:
        return f"Attribute Name is duplicated: {twice[0]}"
    if used - defined:
        return (
            f"{INVALID}Some index key attributes are not defined in AttributeDefinitions. "
            f"Keys: {_listed(used)}, AttributeDefinitions: {_listed(defined)}"
        )
    if defined - used:
        return (
            f"{INVALID}Some AttributeDefinitions are not used. "
            f"AttributeDefinitions: {_listed(defined)}, keys used: {_listed(used)}"
        )
    return None


@table_check("index-count", f"At most {MAX_GLOBAL_INDEXES} global secondary indexes per table.", sources.QUOTAS)
def _index_count(request: Request) -> str | None:
    if len(global_indexes(request)) > MAX_GLOBAL_INDEXES:
        return f"{INVALID}GlobalSecondaryIndex count exceeds the per-table limit of {MAX_GLOBAL_INDEXES}"
    return None


@table_check(
    "projection",
    "NonKeyAttributes is required with INCLUDE, where no name is given twice, and refused with ALL and KEYS_ONLY.",
    sources.CREATE_TABLE,
)
def _projection(request: Request) -> str | None:
    for index in _all_indexes(request):
        projection = index.get("Projection") or {}
        kind, listed = projection.get("ProjectionType"), bool(projection.get("NonKeyAttributes"))
        if kind is None:
            return f"{INVALID}Unknown ProjectionType: null"
        names = projection.get("NonKeyAttributes") or []
        if twice := [name for name in names if names.count(name) > 1]:
            return f"{INVALID}Duplicate element in NonKeyAttributes: {twice[0]}"
        if (kind == "INCLUDE") != listed and kind in ("ALL", "KEYS_ONLY", "INCLUDE"):
            return f"{INVALID}ProjectionType is {kind}, but NonKeyAttributes is {'' if listed else 'not '}specified"
    return None


@table_check(
    "projected-attributes",
    f"At most {MAX_NON_KEY_PER_TABLE} NonKeyAttributes of all indexes of a table, a name in two indexes counting "
    "twice. AWS's wording is not known; the number is.",
    sources.QUOTAS,
)
def _projected_attributes(request: Request) -> str | None:
    total = sum(len((index.get("Projection") or {}).get("NonKeyAttributes") or []) for index in _all_indexes(request))
    if total > MAX_NON_KEY_PER_TABLE:
        return f"{INVALID}Number of NonKeyAttributes of all indexes exceeds per-table limit of {MAX_NON_KEY_PER_TABLE}"
    return None


@table_check(
    "index-throughput",
    "ProvisionedThroughput of an index is required with PROVISIONED and refused with PAY_PER_REQUEST.",
    sources.CREATE_TABLE,
)
def _index_throughput(request: Request) -> str | None:
    on_demand = request.get("BillingMode", "PROVISIONED") == "PAY_PER_REQUEST"
    for index in global_indexes(request):
        name, given = index.get("IndexName"), index.get("ProvisionedThroughput") is not None
        if on_demand and given:
            return (
                f"{INVALID}ProvisionedThroughput should not be specified for index: {name} "
                "when BillingMode is PAY_PER_REQUEST"
            )
        if not on_demand and not given:
            return f"{INVALID}ProvisionedThroughput is not specified for index: {name}"
    return None


@table_check(
    "table-throughput",
    f"ProvisionedThroughput is required with PROVISIONED, at most {MAX_UNITS:,} for each of reads and writes, and refused "
    "with PAY_PER_REQUEST. AWS's wording for indexes is not known.",
    sources.CREATE_TABLE,
)
def _table_throughput(request: Request) -> str | None:
    throughput = request.get("ProvisionedThroughput")
    on_demand = request.get("BillingMode", "PROVISIONED") == "PAY_PER_REQUEST"
    if on_demand and throughput:
        return (
            f"{INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
            "PAY_PER_REQUEST"
        )
    for holder in (request, *global_indexes(request)):
        where = f" for index: {holder['IndexName']}" if "IndexName" in holder else ""
        for unit, value in (holder.get("ProvisionedThroughput") or {}).items():
            if value > MAX_UNITS:
                return f"Given value {value} for {unit} is out of bounds{where}"
    return None


@table_check("index-lists", "A list of indexes is not empty where it is given.", sources.CREATE_TABLE)
def _index_lists(request: Request) -> str | None:
    for name in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        if request.get(name) == []:
            return f"{INVALID}List of {name} is empty"
    return None
