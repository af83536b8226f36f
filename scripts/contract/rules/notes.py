"""C5xx: Notes. What was understood although it is written in another way, each shown where it applies."""

from collections.abc import Iterator
from functools import partial

from scripts.contract.placed_table import PlacedTable
from scripts.contract.problem_collector import shown
from scripts.problems import NOTE, Breach, Rule, rule

Remark = partial(Rule, severity=NOTE, why="Nothing is reinterpreted without saying so.")

LIST_OF_TABLES = Remark(
    "C501",
    "A list of tables",
    'The file is a list; it is read as {{"tables": [...]}}.',
    "Nothing to do.",
    wrong="[{...}]",
    right='{"tables": [{...}]}',
    form=True,
)

SINGLE_TABLE = Remark(
    "C502",
    "A single table",
    'The file is one table; it is read as {{"tables": [...]}}.',
    "Nothing to do.",
    wrong='{"table": "Users", "pk": "PK"}',
    right='{"tables": [{"table": "Users", "pk": "PK"}]}',
    form=True,
)

SUCCESSOR_FORMAT = Remark(
    "C503",
    "The successor's format",
    "The file has table_definitions; partition_key, sort_key and gsi_name are read as pk, sk and index_name.",
    "Nothing to do.",
    wrong='{"table_definitions": [...], "access_patterns": [...]}',
    right='{"tables": [...]}',
    form=True,
)

OTHER_NAME_FIELD = Remark(
    "C504",
    "Another field for the index name",
    '"{found}" is read as the index_name.',
    'Nothing to do; "index_name" says it more clearly.',
    wrong='{"name": "GSI1"}',
    right='{"index_name": "GSI1"}',
    form=True,
)

NULL_INDEXES = Remark(
    "C505",
    "No indexes as null",
    '"{field}": null is read as no indexes.',
    'Nothing to do; "{field}": [] says it more clearly.',
    wrong='"gsis": null',
    right='"gsis": []',
    form=True,
)

LOWER_CASE_PROJECTION = Remark(
    "C506",
    "Projection in lower case",
    "{found} is read as {right}.",
    "Nothing to do.",
    wrong='"projection": "keys_only"',
    right='"projection": "KEYS_ONLY"',
    form=True,
)

PROJECTION_OBJECT = Remark(
    "C507",
    "Projection as an object",
    "The projection is an object; it is read as {right}.",
    "Nothing to do.",
    wrong='"projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["email"]}',
    right='"projection": "INCLUDE", "projected_attributes": ["email"]',
    form=True,
)

OTHER_LIST_FIELD = Remark(
    "C508",
    "Another field for the projected attributes",
    '"{found}" is read as projected_attributes.',
    "Nothing to do.",
    wrong='"non_key_attributes": ["email"]',
    right='"projected_attributes": ["email"]',
    form=True,
)

EMPTY_SORT_KEY = Remark(
    "C509",
    "No sort key as an empty string",
    "An empty sort key is read as no sort key.",
    "Nothing to do; null says it more clearly.",
    wrong='"sk": ""',
    right='"sk": null',
    form=True,
)

ATTRIBUTES_OBJECT = Remark(
    "C510",
    "Attributes as an object",
    "The attributes are an object; its names are read as the names of the attributes.",
    "Nothing to do.",
    wrong='"attributes": {"email": {"type": "S"}}',
    right='"attributes": [{"name": "email", "type": "S"}]',
    form=True,
)

KEY_AS_LIST = Remark(
    "C511",
    "A key as a list of one",
    "A list of one attribute is read as that attribute, {found}.",
    "Nothing to do.",
    wrong='"pk": ["PK"]',
    right='"pk": "PK"',
    form=True,
)

KEYS_INCLUDED = Remark(
    "C512",
    "Keys among the projected attributes",
    "{found} left out of the list: keys are always projected.",
    "Nothing to do.",
    wrong='"projected_attributes": ["PK", "email"]',
    right='"projected_attributes": ["email"]',
)

KEY_TYPE = Remark(
    "C513",
    "A key that is no string",
    "Key {found} is {type}, as declared ({where}).",
    "Nothing to do. Do not let the AWS workshop's own tools create the table: they make every key a string.",
    wrong="every key made a string",
    right='{"name": "id", "type": "N"} makes the key a number',
)

OUT_OF_SCOPE = Remark(
    "C514",
    "An access pattern out of scope",
    "Access pattern {found} is marked as out of scope and left out.",
    "Nothing to do.",
    wrong='{"pattern_id": "AP9", "in_scope": false}',
    right="an access pattern that some other system serves",
)


@rule(
    "C515",
    "Local secondary indexes",
    "Table {table} has local secondary indexes: they are made with the table and can never be added, changed or "
    "removed later, and the items of one partition key with their index entries are limited to 10 GB.",
    'Nothing to do if both are wanted; otherwise describe the indexes in "gsis" before the table is created.',
    why="Neither can be mended once the table exists: only a new table can have other local secondary indexes.",
    wrong='"lsis": [...] where one partition key may gather more than 10 GB',
    right='"gsis": [...], or "lsis": [...] where items of one partition key stay few and reads must be consistent',
    source="Amazon DynamoDB Developer Guide, LSI (local secondary indexes)",
    severity=NOTE,
)
def has_local_indexes(placed: PlacedTable) -> Iterator[Breach]:
    if placed.table.local_indexes:
        yield Breach("lsis", at_key=True, table=shown(placed.table.name))
