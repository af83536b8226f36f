"""C3xx: What DynamoDB demands. Of names, keys and indexes; all of them are errors."""

from collections.abc import Iterator

from scripts.contract.input_limits import MAX_INCLUDED_PER_TABLE, MAX_LOCAL_INDEXES
from scripts.contract.placed_table import PlacedTable
from scripts.contract.problem_collector import shown
from scripts.problems import Breach, Rule, rule

GUIDE = "Amazon DynamoDB Developer Guide, "
NAMES = GUIDE + "Constraints, naming rules"
QUOTAS = GUIDE + "Service quotas"
LOCAL = GUIDE + "LSI (local secondary indexes)"

ILLEGAL_TABLE_NAME = Rule(
    "C301",
    "Table names are legal",
    "{found} is no table name: {reason}.",
    "{hint}",
    "DynamoDB refuses the table. cfn-lint does not notice.",
    '"table": "user orders"',
    '"table": "user-orders"',
    form=True,
    source=NAMES,
)

ILLEGAL_INDEX_NAME = Rule(
    "C302",
    "Index names are legal",
    "{found} is no index name: {reason}.",
    "{hint}",
    "DynamoDB refuses the index.",
    '"index_name": "by email"',
    '"index_name": "by-email"',
    form=True,
    source=NAMES,
)

REPEATED_TABLE = Rule(
    "C303",
    "Table names are unique",
    "Table {found} is described twice; the first is {first}.",
    "Rename one of them, or merge the two.",
    "One of the two would be lost.",
    '[{"table": "Users"}, {"table": "Users"}]',
    '[{"table": "Users"}, {"table": "Orders"}]',
    source=NAMES,
)

TABLES_DIFFER_IN_CASE = Rule(
    "C304",
    "Table names differ by more than case",
    "Tables {found} and {other} differ only in upper and lower case.",
    "Rename one of them.",
    "Their templates and pages would be one file on macOS and Windows, and people will mix them up.",
    '[{"table": "Users"}, {"table": "users"}]',
    '[{"table": "Users"}, {"table": "users-archive"}]',
)

REPEATED_INDEX = Rule(
    "C305",
    "Index names are unique within a table",
    "Index {found} is described twice; the first is {first}.",
    "Rename one of them, or remove it.",
    "Global and local secondary indexes of a table share one space of names. cfn-lint only mentions duplicates.",
    '[{"index_name": "GSI1"}, {"index_name": "GSI1"}]',
    '[{"index_name": "GSI1"}, {"index_name": "GSI2"}]',
    source="Amazon DynamoDB API Reference, GlobalSecondaryIndex and LocalSecondaryIndex",
)

SEVERAL_KEY_ATTRIBUTES = Rule(
    "C306",
    "A table has one partition key and at most one sort key",
    "The {key} of a {of} is one attribute; this lists {count}.",
    "Name one attribute; only the keys of global secondary indexes can have several.",
    "DynamoDB has keys of several attributes in global secondary indexes only.",
    '"pk": ["tenant", "user"]',
    '"pk": "tenant_user"',
    form=True,
    source=GUIDE + "GSI.MultiAttributeKeys",
)

TOO_MANY_KEY_ATTRIBUTES = Rule(
    "C307",
    "An index key has at most 4 attributes",
    "The {key} lists {count} attributes; 4 are the limit.",
    "Keep at most 4, or combine some into one attribute.",
    "DynamoDB refuses the index. cfn-lint does not notice.",
    '"pk": ["a", "b", "c", "d", "e"]',
    '"pk": ["a", "b", "c", "d"]',
    form=True,
    source=GUIDE + "GSI.MultiAttributeKeys",
)

TWICE_IN_ONE_KEY = Rule(
    "C308",
    "No attribute twice in one key",
    "{found} is in this key twice.",
    "Name another attribute, or leave the sort key out.",
    "DynamoDB refuses a key whose partition key and sort key are the same attribute.",
    '"pk": "id", "sk": "id"',
    '"pk": "id", "sk": "created_at"',
    source="Amazon DynamoDB API Reference, KeySchemaElement",
)

WRONG_KEY_TYPE = Rule(
    "C309",
    "Keys are of type S, N or B",
    "Key {found} is declared as {type} ({where}); a key is S, N or B.",
    "Declare it as S, N or B, or use another attribute as the key.",
    "DynamoDB has no keys of other types.",
    '"pk": "active", "attributes": [{"name": "active", "type": "BOOL"}]',
    '"pk": "active", "attributes": [{"name": "active", "type": "S"}]',
    source="Amazon DynamoDB API Reference, AttributeDefinition",
)

TWO_KEY_TYPES = Rule(
    "C310",
    "A key has one type",
    "Key {found} has two types: {first_type} ({first}) and {type} here.",
    "Give it the same type everywhere, or use two attributes.",
    "A key attribute has one type in the whole table; DynamoDB refuses items with another one.",
    'one entity says {"name": "SK", "type": "S"}, another {"name": "SK", "type": "N"}',
    'both say {"name": "SK", "type": "S"}',
    source=GUIDE + "Constraints, naming rules",
)

LONG_NAME = Rule(
    "C311",
    "Key and projected names are at most 255 bytes",
    "This attribute name has {size} bytes in UTF-8; {limit} are the limit.",
    "Shorten it.",
    "DynamoDB refuses longer names of key attributes and of projected attributes.",
    '"pk": "aaaa... (300 characters)"',
    '"pk": "account_id"',
    source=NAMES,
)

CONTROL_CHARACTER = Rule(
    "C312",
    "Names hold no control characters",
    "The name {found} holds a line break or another control character.",
    "{edit}.",
    "No application can be expected to spell such a name.",
    '"pk": "user\\nid"',
    '"pk": "user_id"',
)

NOTHING_INCLUDED = Rule(
    "C313",
    "An INCLUDE projection lists its attributes",
    "The projection INCLUDE lists no attributes.",
    'Add "projected_attributes": ["..."], or write "projection": "KEYS_ONLY".',
    "DynamoDB refuses the index. cfn-lint does not notice.",
    '"projection": "INCLUDE"',
    '"projection": "INCLUDE", "projected_attributes": ["email"]',
    form=True,
    source="Amazon DynamoDB API Reference, Projection",
)

TOO_MANY_INCLUDED = Rule(
    "C314",
    "An INCLUDE projection lists at most 20 attributes",
    "The projection lists {count} attributes that are no keys; {limit} are the limit.",
    'List at most {limit}, or write "projection": "ALL".',
    "DynamoDB refuses the index. cfn-lint does not notice.",
    '"projected_attributes": [21 names]',
    '"projection": "ALL"',
    source=QUOTAS,
)


@rule(
    "C315",
    "All projections of a table list at most 100 attributes",
    "The indexes of table {table} list {count} projected attributes together; {limit} are the limit.",
    'List fewer, or write "projection": "ALL" in some of them.',
    "DynamoDB refuses the table; an attribute listed in two indexes counts twice. cfn-lint does not notice.",
    "6 indexes with 20 projected attributes each",
    "5 indexes with 20 each and one with ALL",
    source=QUOTAS,
)
def too_many_included_together(placed: PlacedTable) -> Iterator[Breach]:
    table = placed.table
    total = sum(len(index.included) for index in (*table.indexes, *table.local_indexes))
    if total > MAX_INCLUDED_PER_TABLE:
        field = "gsis" if any(index.included for index in table.indexes) else "lsis"
        yield Breach(field, at_key=True, table=shown(table.name), count=total, limit=MAX_INCLUDED_PER_TABLE)


LIST_WITHOUT_INCLUDE = Rule(
    "C316",
    "Only INCLUDE lists attributes",
    "The projection is {projection}{default}, but {count} listed.",
    'Write "projection": "INCLUDE", or remove the list.',
    "DynamoDB refuses the combination, and which of the two was meant is not for a program to decide.",
    '"projection": "KEYS_ONLY", "projected_attributes": ["email"]',
    '"projection": "INCLUDE", "projected_attributes": ["email"]',
    form=True,
    source="Amazon DynamoDB API Reference, Projection",
)

INCLUDED_TWICE = Rule(
    "C317",
    "No projected attribute twice",
    "{found} is listed twice.",
    "{edit}.",
    "DynamoDB refuses a list with duplicates.",
    '"projected_attributes": ["email", "email"]',
    '"projected_attributes": ["email"]',
    form=True,
    source="Amazon DynamoDB API Reference, Projection",
)

ONLY_KEYS_INCLUDED = Rule(
    "C318",
    "An INCLUDE projection lists more than keys",
    "Every attribute in this list is a key, and keys are always projected.",
    "{hint}",
    "Without the keys the list is empty, and DynamoDB refuses an empty one.",
    '"pk": "PK", "projection": "INCLUDE", "projected_attributes": ["PK"]',
    '"projection": "KEYS_ONLY"',
    source="Amazon DynamoDB API Reference, Projection",
)

LOCAL_INDEX_WITHOUT_SORT_KEY = Rule(
    "C319",
    "Local secondary indexes need a table with a sort key",
    "Table {table} has no sort key, so it can have no local secondary indexes.",
    'Give the table a sort key ("{sort}"), or describe the indexes in "gsis".',
    "DynamoDB refuses the table: a local secondary index is another order of the items of one partition key.",
    '"pk": "PK", "lsis": [...]',
    '"pk": "PK", "sk": "SK", "lsis": [...]',
    form=True,
    source=LOCAL,
)

LOCAL_INDEX_SORTS_BY_TABLE_KEY = Rule(
    "C320",
    "A local secondary index sorts by another attribute than its table",
    "{index} sorts by {found}, which is the {key} of the table.",
    'Name another attribute in "{field}", or remove the index.',
    "A local secondary index is another order of the items; its sort key is no key of the table.",
    '"pk": "PK", "sk": "SK", "lsis": [{"index_name": "ByDate", "sk": "SK"}]',
    '"pk": "PK", "sk": "SK", "lsis": [{"index_name": "ByDate", "sk": "placed_at"}]',
    source=LOCAL,
)


@rule(
    "C321",
    "At most 5 local secondary indexes",
    "Table {table} has {count} local secondary indexes; {limit} are the limit.",
    'Keep at most {limit}, and describe the others in "gsis".',
    "DynamoDB refuses the table, and the limit cannot be raised. cfn-lint does not notice.",
    "6 entries in lsis",
    "5 entries in lsis and one in gsis",
    form=True,
    source=QUOTAS,
)
def too_many_local_indexes(placed: PlacedTable) -> Iterator[Breach]:
    count = len(placed.table.local_indexes)
    if count > MAX_LOCAL_INDEXES:
        yield Breach("lsis", at_key=True, table=shown(placed.table.name), count=count, limit=MAX_LOCAL_INDEXES)
