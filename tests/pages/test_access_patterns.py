"""Which access pattern is served by what, with which key condition."""

from dataclasses import replace

from scripts.access.actions import OPERATIONS
from scripts.model import AccessPattern, ContractTable, Entity, Index
from scripts.pages.access_patterns import PatternUse, example, key_condition, listed, uses
from tests.for_each import for_each
from tests.samples import keys

INDEX = Index("ByStatus", keys("status", "placed_at:N"))
TABLE = ContractTable(
    "Orders",
    keys("PK", "SK"),
    (INDEX,),
    entities=(
        Entity("CUSTOMER", partition_template="CUSTOMER#{id}", sort_template="#PROFILE"),
        Entity("ORDER", partition_template="CUSTOMER#{customer_id}", sort_template="ORDER#{id}"),
        Entity("LINE", partition_template="CUSTOMER#{customer_id}", sort_template="LINE#{id}"),
    ),
    satisfies=("AP1: list the orders of a customer",),
)
PLAIN = replace(TABLE, indexes=(), entities=())


def cells(table: ContractTable, *patterns: AccessPattern) -> list[tuple[str, ...]]:
    return [use.cells for use in uses(table, patterns)]


def test_key_conditions() -> None:
    assert key_condition(TABLE, None) == "`PK = CUSTOMER#{customer_id}`, sorted by `SK`"
    assert key_condition(PLAIN, None) == "`PK = {PK}`, sorted by `SK`"
    assert key_condition(TABLE, INDEX) == "`status = {status}`, sorted by `placed_at`"
    assert key_condition(TABLE, Index("I", keys("a b", ""))) == "`a = {a}` and `b = {b}`"
    assert key_condition(TABLE, None, "GetItem") == "`PK = CUSTOMER#{customer_id}` and `SK = {SK}`"
    assert key_condition(TABLE, None, "PutItem") == "items with `PK`, `SK`"
    assert key_condition(TABLE, INDEX, "Scan") == "none: it reads everything"


@for_each("operation", OPERATIONS)
def test_every_operation_has_a_key_condition(operation: str) -> None:
    assert key_condition(TABLE, None, operation)


def test_what_the_contract_states_is_used() -> None:
    stated = AccessPattern("AP2", "orders by status", "Query", "Orders", "ByStatus")
    other = AccessPattern("AP3", "of another table", "Query", "Books")
    assert cells(TABLE, other, stated) == [
        ("orders by status (AP2)", "index `ByStatus`", "`status = {status}`, sorted by `placed_at`"),
        ("list the orders of a customer (AP1)", "", ""),
    ]


def test_another_operation_than_a_query_is_named() -> None:
    read = AccessPattern("AP1", "show an order", "GetItem", "Orders")
    condition = "`PK = CUSTOMER#{customer_id}` and `SK = {SK}`"
    assert cells(TABLE, read) == [("show an order (AP1)", "table, by `GetItem`", condition)]


def test_a_pattern_and_its_sentence_are_one_row() -> None:
    by_id = AccessPattern("AP1", "", "Query", "Orders")
    row = ("list the orders of a customer (AP1)", "table", "`PK = CUSTOMER#{customer_id}`, sorted by `SK`")
    assert cells(TABLE, by_id) == [row]
    listed = AccessPattern("AP1", "list the orders of a customer")  # in a list of sentences, without a table
    assert cells(TABLE, listed) == [("list the orders of a customer (AP1)", "", "")]
    assert cells(replace(TABLE, satisfies=("something else",)), listed) == [("something else", "", "")]


def test_a_table_without_indexes_can_only_be_used_itself() -> None:
    assert cells(PLAIN) == [("list the orders of a customer (AP1)", "table", "`PK = {PK}`, sorted by `SK`")]


def test_several_are_listed_on_one_line() -> None:
    ids = [PatternUse(f"AP{n}", "", "", False) for n in (1, 2)]
    assert listed(ids) == "AP1, AP2"
    assert listed([*ids, PatternUse("read, write (AP3)", "", "", False)]) == "AP1; AP2; read, write (AP3)"


def test_hostile_words_stay_words() -> None:
    value = "AP9: <b>x</b> | `y` @octocat"
    assert cells(replace(TABLE, satisfies=(value,)))[0][0] == (
        "&#60;b&#62;x&#60;/b&#62; \\| \\`y\\` @<!-- -->octocat (AP9)"
    )


def test_examples_are_filled_in_templates() -> None:
    assert [example(TABLE, name) for name in ("PK", "SK", "status")] == ["CUSTOMER#1", "#PROFILE", "1"]
    assert example(PLAIN, "PK") == "1"
