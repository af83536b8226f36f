"""C4xx: Doubts. The contract can be built, but it probably does not say what was meant; all of them are warnings."""

from collections.abc import Iterator
from functools import partial

from scripts.contract.input_limits import INDEX_QUOTA, MAX_ITEM
from scripts.contract.placed_table import PlacedTable
from scripts.contract.problem_collector import shown
from scripts.problems import WARNING, Breach, Rule, rule

Doubt = partial(Rule, severity=WARNING)
doubt = partial(rule, severity=WARNING)

UNDECLARED_KEY = Doubt(
    "C401",
    "Key attributes are declared",
    "No attribute declares key {found}, so it will be a string (S).",
    "{hint} The type of a key can never be changed later.",
    "The type of a key comes from the attribute that declares it. A wrong one makes DynamoDB refuse every write.",
    '{"table": "Users", "pk": "id", "attributes": []}',
    '{"table": "Users", "pk": "id", "attributes": [{"name": "id", "type": "N"}]}',
    strict=True,
)

UNDECLARED_INDEX_KEY = Doubt(
    "C402",
    "Index keys are carried by some entity",
    "No entity carries {found}: index {index} stays empty, and the key will be a string (S).",
    "{hint}",
    "Only items that have all key attributes of an index appear in it.",
    '"gsis": [{"index_name": "ByEmail", "pk": "email"}], "attributes": []',
    '"gsis": [{"index_name": "ByEmail", "pk": "email"}], "attributes": [{"name": "email", "type": "S"}]',
    strict=True,
    source="Amazon DynamoDB Developer Guide, global secondary indexes",
)

TEMPLATE_AS_NAME = Doubt(
    "C403",
    "Key names are plain names",
    "{found} becomes the literal name of a key attribute, with {what} in it.",
    "Write the name of the attribute; templates of values belong into pk_template and sk_template.",
    "A template in the place of a name makes a table that no application can use, and keys cannot be renamed.",
    '"pk": "USER#{id}"',
    '"pk": "PK"',
)

SAME_PARTITION_KEY = Doubt(
    "C404",
    "An index has another partition key than its table",
    "Index {index} has the same partition key as its table, {found}.",
    "Keep it if this is meant; otherwise name another attribute: the table itself can be queried by {found} already.",
    "Such an index only sorts the same items in another way and doubles what each write costs.",
    '"pk": "PK", "gsis": [{"index_name": "ByDate", "pk": "PK", "sk": "date"}]',
    '"pk": "PK", "gsis": [{"index_name": "ByDate", "pk": "status", "sk": "date"}]',
)


@doubt(
    "C405",
    "At most 20 indexes",
    "Table {table} has {count} indexes; the default quota is {limit}.",
    "Ask AWS for a higher quota (Service Quotas, DynamoDB) in every account before the deployment, or remove some.",
    "DynamoDB refuses the table until the quota is raised.",
    "21 entries in gsis",
    "20 entries in gsis",
    source="Amazon DynamoDB Developer Guide, Service quotas",
)
def too_many_indexes(placed: PlacedTable) -> Iterator[Breach]:
    count = len(placed.table.indexes)
    if count > INDEX_QUOTA:
        yield Breach("gsis", at_key=True, table=shown(placed.table.name), count=count, limit=INDEX_QUOTA)


UNSATISFIED_PATTERN = Doubt(
    "C406",
    "Every access pattern is satisfied",
    "{found}",
    "{hint}",
    "Dropped access patterns are the most frequent mistake of generated contracts.",
    '"access_patterns": ["AP1", "AP2"], "tables": [{"satisfies": ["AP1"]}]',
    '"access_patterns": ["AP1", "AP2"], "tables": [{"satisfies": ["AP1", "AP2"]}]',
)

UNKNOWN_KIND = Doubt(
    "C407",
    "Kinds of joins, calculations and transformations are known",
    "{found}.",
    "{hint}",
    "It does not touch the infrastructure, but is a sign of an invented contract, and the migration will stop at it.",
    '"join": {"type": "magic-join"}',
    '"join": {"type": "foreign-key"}',
)

UNKNOWN_INCLUDED = Doubt(
    "C408",
    "Projected attributes exist",
    "No attribute of table {table} is called {found}.",
    "{hint}",
    "The index would never hold it, and a query on the index comes back without it.",
    '"projected_attributes": ["emial"]',
    '"projected_attributes": ["email"]',
    strict=True,
)

PLACEHOLDER = Doubt(
    "C409",
    "Text holds no placeholders of other languages",
    "The text holds {found}, which stays as it is: nothing replaces it.",
    "{hint}",
    "It was meant to be replaced by something before it got here.",
    '"pk_template": "USER#${id}"',
    '"pk_template": "USER#{id}"',
)


@doubt(
    "C410",
    "Items fit into DynamoDB",
    "{found} bytes are more than an item can have ({limit}).",
    "Check the estimate, or split the item.",
    "DynamoDB refuses larger items.",
    '"estimated_item_size_bytes": 5000000',
    '"estimated_item_size_bytes": 5000',
    source="Amazon DynamoDB Developer Guide, Constraints",
)
def large_item(placed: PlacedTable) -> Iterator[Breach]:
    size = placed.table.item_size_bytes
    if size and size > MAX_ITEM:
        yield Breach(placed.dialect.item_size, found=shown(size, 30), limit=MAX_ITEM)


REPEATED_ENTITY = Doubt(
    "C411",
    "Entities have different names",
    "Entity {found} is described twice in table {table}; the first is {first}.",
    "Rename one of them, or merge them.",
    "The pages of the table would show two things under one name.",
    '[{"entity_type": "USER"}, {"entity_type": "USER"}]',
    '[{"entity_type": "USER"}, {"entity_type": "CART"}]',
)

REPEATED_ATTRIBUTE = Doubt(
    "C412",
    "Attributes are declared once",
    "Attribute {found} is declared twice in one list; the first is {first}.",
    "{hint}",
    "The two may say different things about where the value comes from.",
    '[{"name": "email", "type": "S"}, {"name": "email", "type": "S"}]',
    '[{"name": "email", "type": "S"}]',
)

UNEXPECTED_ENTITIES = Doubt(
    "C413",
    "A single-entity table has no entities",
    'Table {table} is "single-entity" but has entities; they are read.',
    "{edit}.",
    "Tools that believe the type do not look at the entities.",
    '"type": "single-entity", "entities": [...]',
    '"type": "multi-entity", "entities": [...]',
)

SETTING = Doubt(
    "C414",
    "Settings stand in deployment.yaml",
    "This setting is not read here.",
    "Set it in the deployment.yaml beside the contract, and remove it here.",
    "The contract says what the tables are; how they run differs between environments.",
    '"billing_mode": "PROVISIONED"',
    "tables: {Users: {billing: provisioned}} in deployment.yaml",
)

INDEX_KEY_WITHOUT_ENTITY = Doubt(
    "C415",
    "Index keys are among the attributes",
    "Index {index} has the key {found}, but no entity carries it: the index stays empty.",
    "{hint}",
    "Only items that have all key attributes of an index appear in it.",
    '"partition_key": [{"attribute_name": "status", "attribute_type": "S"}], "attributes": []',
    '"attributes": [{"name": "status", "type": "S"}]',
    strict=True,
)

GENERATOR_DOUBTS = Doubt(
    "C416",
    "The generator was content with the contract",
    'The tool that made this contract says "validation_passed": false{reasons}.',
    "Settle what it complained about, and make the contract again.",
    "Its own checks found mistakes.",
    '"validation_passed": false',
    '"validation_passed": true',
)

UNKNOWN_VERSION = Doubt(
    "C417",
    "The version of the format is known",
    "Version {found} of this format is not known here; it is read as version {known}.",
    "Check the generated tables with care, and look for a newer version of this repository.",
    "A newer version may say things that are not read.",
    '"contract_version": "7.0"',
    '"contract_version": "1.0"',
)

UNREADABLE_LINEAGE = Doubt(
    "C418",
    "Joins, calculations and transformations can be read",
    "{found} is {kind}; {expected} is expected here.",
    "Write {expected}, or remove it: until then the pages do not say where this value comes from.",
    "It does not touch the infrastructure, but the migration will stop at it.",
    '"join": {"type": "chain", "joins": "orders"}',
    '"join": {"type": "chain", "joins": [{"target_table": "orders", "select_column": "orders.user_id"}]}',
)

GLOBAL_TABLE = Doubt(
    "C419",
    "A contract asks for no replicas",
    "Nothing reads this: global tables are not made here.",
    "Remove it; write an environment for each Region if its tables may be separate ones.",
    "Whoever wrote it counts on a copy in another Region that nobody would make.",
    '"replicas": ["eu-west-1"]',
    "environments: {prod-us-east-1: ..., prod-eu-west-1: ...} in deployment.yaml",
)

NEARLY_A_KEY = Doubt(
    "C420",
    "Entities call keys by their names",
    "The key is called {right}; entity {entity} calls it {found}{odd}.",
    "{hint}",
    "Names differ by case and by every character: DynamoDB refuses an item without the key of the table, and leaves one "
    "without the key of an index out of that index.",
    '"pk": "PK", "entities": [{"entity_type": "User", "attributes": [{"name": "pk", "type": "S"}]}]',
    '"pk": "PK", "entities": [{"entity_type": "User", "attributes": [{"name": "PK", "type": "S"}]}]',
)
