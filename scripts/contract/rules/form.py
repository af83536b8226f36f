"""C2xx: The form of the contract. Its fields and their values; all of them are errors."""

from scripts.problems import Rule

FOREIGN_FORMAT = Rule(
    "C201",
    "The file is a migration contract",
    "This is {format}, not a migration contract.",
    "{way_out}",
    "Its fields mean other things; reading it as a contract would lose keys or indexes.",
    '{"ModelName": "...", "DataModel": [...]}',
    '{"tables": [{"table": "Users", "pk": "PK", "gsis": []}]}',
)

NO_TABLES = Rule(
    "C202",
    "The contract has tables",
    "{found}",
    "{hint}",
    "A contract without tables would ask for the removal of everything.",
    '{"tables": []}',
    '{"tables": [{"table": "Users", "pk": "PK"}]}',
    form=True,
)

TWO_FORMATS = Rule(
    "C204",
    "One format in one file",
    'The file has both "tables" and "table_definitions", so it is unclear which of them counts.',
    "Keep one of the two.",
    "Choosing one silently would lose the tables of the other.",
    '{"tables": [...], "table_definitions": [...]}',
    '{"tables": [...]}',
    form=True,
)

WRONG_KIND = Rule(
    "C205",
    "Values have the expected kind",
    "{found} is {kind}; {expected} is needed.",
    "{hint}",
    "A value of another kind would be ignored or guessed at.",
    '"gsis": "GSI1"',
    '"gsis": [{"index_name": "GSI1", "pk": "GSI1PK"}]',
    form=True,
)

MISSING_FIELD = Rule(
    "C206",
    "Required fields are there and not empty",
    "{what} has no {field}{empty}.",
    "{hint}",
    "A name that is not given must not be invented.",
    '{"pk": "PK"}',
    '{"table": "Users", "pk": "PK"}',
    form=True,
)

LOST_FIELD = Rule(
    "C207",
    "Fields have the names of the contract",
    "This field is not read: {lost} would be lost.",
    "{hint}",
    "A field under another name is ignored by every tool that reads the contract, quietly.",
    '"global_secondary_indexes": [...]',
    '"gsis": [...]',
    form=True,
)

MISSPELT_FIELD = Rule(
    "C208",
    "Fields are not misspelt",
    'There is no field "{found}", and what it says would be lost. Did you mean "{right}"?',
    "{hint} If it is something else, give it a name less alike.",
    "A misspelt field is ignored by every tool that reads the contract, quietly.",
    '"projecton": "KEYS_ONLY"',
    '"projection": "KEYS_ONLY"',
)

NO_ENTITIES = Rule(
    "C209",
    "A multi-entity table has entities",
    'Table {table} is "multi-entity" but has no entities.',
    'Add its "entities", each with an "entity_type" and its "attributes", or write "type": "single-entity".',
    "The attributes of such a table are in its entities; without them nothing is known about its items.",
    '"type": "multi-entity"',
    '"type": "multi-entity", "entities": [...]',
    form=True,
)

NO_KEY_NAMES = Rule(
    "C210",
    "The contract names the keys",
    "Table {table} has key templates, but does not say what its key attributes are called.",
    'Add "pk" and, where items are sorted, "sk": each names one of the attributes{known}.',
    "A template such as USER#{id} describes the values of a key, never its name, "
    "and the name can never be changed once the table exists.",
    '{"table": "Users", "entities": [{"pk_template": "USER#{id}"}]}',
    '{"table": "Users", "pk": "PK", "sk": "SK", "entities": [{"pk_template": "USER#{id}"}]}',
    form=True,
)

UNKNOWN_TABLE_TYPE = Rule(
    "C211",
    "The table type is known",
    "{found} is no table type.",
    "{hint}",
    "The type says where the attributes are.",
    '"type": "multi_entity"',
    '"type": "multi-entity"',
    form=True,
)

INDEX_AS_TABLE = Rule(
    "C212",
    "Indexes are not tables",
    "This entry is an index, not a table.",
    'Move it into the "gsis" of the table it belongs to.',
    "As a table it would be created empty and apart, and the index would be missing.",
    '[{"table": "ByEmail", "type": "GSI"}]',
    '[{"table": "Users", "gsis": [{"index_name": "ByEmail"}]}]',
    form=True,
)

UNKNOWN_PROJECTION = Rule(
    "C213",
    "The projection is known",
    "{found} is no projection.",
    "{hint}",
    "An index cannot be changed in place; a wrong projection costs a new index.",
    '"projection": "SOME"',
    '"projection": "KEYS_ONLY"',
    form=True,
    source="Amazon DynamoDB API Reference, Projection",
)

UNKNOWN_ATTRIBUTE_TYPE = Rule(
    "C214",
    "Attribute types are known",
    "{found} is no attribute type.",
    "{hint}",
    "DynamoDB stores values of these types only.",
    '"type": "string"',
    '"type": "S"',
    form=True,
    source="Amazon DynamoDB Developer Guide, data types",
)

LOCAL_PARTITION_KEY = Rule(
    "C215",
    "A local secondary index has the partition key of its table",
    "{index} has partition key {found}; a local secondary index has that of its table, {right}.",
    'Leave "{field}" out, or describe the index in "gsis".',
    "Which of the two kinds of index was meant is not for a program to decide.",
    '"lsis": [{"index_name": "ByDate", "pk": "status", "sk": "placed_at"}]',
    '"lsis": [{"index_name": "ByDate", "sk": "placed_at"}]',
    source="Amazon DynamoDB Developer Guide, LSI (local secondary indexes)",
)

TWO_PROJECTION_LISTS = Rule(
    "C216",
    "Projected attributes are listed once",
    "The projected attributes are listed twice, in {found}.",
    "Keep one list, in projected_attributes.",
    "Choosing one silently would lose the attributes of the other.",
    '"projected_attributes": ["a"], "non_key_attributes": ["b"]',
    '"projected_attributes": ["a", "b"]',
    form=True,
)

NUMBER_OUT_OF_RANGE = Rule(
    "C217",
    "Numbers are in range",
    "{found} is no {what}.",
    "{hint}",
    "Capacity, alarms and costs are computed from it.",
    '"estimated_item_size_bytes": -1',
    '"estimated_item_size_bytes": 2048',
    form=True,
)

SCHEMA_DISAGREES = Rule(
    "C218",
    "Reader and JSON Schema agree",
    "The JSON Schema contracts/migrationContract.schema.json does not allow this: {reason}.",
    "Write it as the schema says, and please report this: the rules should have a message of their own for it.",
    "Two descriptions of the format that disagree mean that one of them has a mistake.",
    "(no known example)",
    "(no known example)",
)

TWO_INDEX_NAMES = Rule(
    "C219",
    "An index has one name",
    "The index has two names, {first} and {second}.",
    "Keep one, in index_name (gsi_name where the tables are in table_definitions).",
    "Choosing one silently would make an index that the application does not ask for.",
    '"index_name": "ByEmail", "name": "ByMail"',
    '"index_name": "ByEmail"',
)

LOST_SHAPE = Rule(
    "C220",
    "Tables, indexes and keys stand where they are read",
    'Nothing reads "{found}" here: {lost} would be lost.',
    "{hint}",
    "What looks like a table, an index or a key is meant as one, whatever the field is called.",
    '{"tables": [...], "gsis": [{"index_name": "ByEmail", "pk": "email"}]}',
    '{"tables": [{"table": "Users", "gsis": [{"index_name": "ByEmail", "pk": "email"}]}]}',
)

LOST_KEY_TYPE = Rule(
    "C221",
    "The type of a key is that of its attribute",
    'Nothing reads "{found}": the type of a key is that of the attribute that declares it.',
    "{hint}",
    "The key would be made with the type of the attribute, and the type of a key can never be changed.",
    '"pk": "id", "pk_type": "N"',
    '"pk": "id", "attributes": [{"name": "id", "type": "N"}]',
)

INDEX_OF_OTHER_KIND = Rule(
    "C222",
    "An index stands in the list of its kind",
    'The index says {found}, but "{list}" is not the list of {kind} secondary indexes.',
    'Move the index into "{right}", or remove this field.',
    "The list says what kind of index is made, and a local one cannot be made later.",
    '"gsis": [{"index_name": "ByDate", "type": "LSI", "sk": "placed_at"}]',
    '"lsis": [{"index_name": "ByDate", "sk": "placed_at"}]',
)

NEAR_MISS = Rule(
    "C223",
    "Keys and projected attributes have the names of declared ones",
    "No attribute is called {found}{odd}; {right} is declared.",
    "{hint}",
    "Names differ by case and by every character: DynamoDB would take it for another attribute, which no item has.",
    '"pk": "Email", "attributes": [{"name": "email", "type": "S"}]',
    '"pk": "email", "attributes": [{"name": "email", "type": "S"}]',
)

TWO_STATEMENTS = Rule(
    "C224",
    "An access pattern says each thing once",
    'The access pattern says {first} in "{one}" and {second} in "{other}".',
    "Keep one of the two.",
    "Choosing one silently would give permissions, alarms and capacity for the other.",
    '"gsi_name": "ByEmail", "index_name": "ByName"',
    '"gsi_name": "ByEmail"',
)
