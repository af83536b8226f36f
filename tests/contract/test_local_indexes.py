"""Local secondary indexes: what the reader makes of them, and what its messages say."""

from typing import Any

from scripts.model import ALL, INCLUDE, KEYS_ONLY, ContractTable, Index, KeyAttribute, Keys
from scripts.problems import Problem
from tests.contract.support import check, contract, successor
from tests.for_each import for_each

CUSTOMER = KeyAttribute("customer_id", "S")


def read(*indexes: dict[str, Any], **fields: Any) -> tuple[ContractTable | None, list[Problem]]:
    """The first table of the small contract with these local secondary indexes, and all problems."""
    tree = contract()
    tree["tables"][0].update({"lsis": list(indexes), **fields})
    result, problems = check(tree)
    return (result.tables[0] if result else None), problems


def test_an_index_has_the_partition_key_of_its_table_and_its_own_sort_key() -> None:
    table, _ = read(
        {"index_name": "ByTotal", "sk": "total", "projection": "INCLUDE", "projected_attributes": ["status", "paid"]},
        {"index_name": "ByState", "pk": "customer_id", "sk": "status", "projection": "KEYS_ONLY"},
        {"index_name": "ByCarrierOfOne", "sk": "carrier"},
    )
    assert table is not None
    assert table.local_indexes == (
        Index("ByTotal", Keys((CUSTOMER,), (KeyAttribute("total", "N"),)), INCLUDE, ("paid", "status")),
        Index("ByState", Keys((CUSTOMER,), (KeyAttribute("status", "S"),)), KEYS_ONLY),
        Index("ByCarrierOfOne", Keys((CUSTOMER,), (KeyAttribute("carrier", "S"),)), ALL),
    )
    assert [index.name for index in table.indexes] == ["ByStatus", "ByCarrier"], "global indexes stay what they are"


def test_a_table_without_them_has_none_and_no_note() -> None:
    table, problems = read()
    assert table is not None
    assert (table.local_indexes, problems) == ((), [])


def test_the_note_says_what_cannot_be_mended_later() -> None:
    table, problems = read({"index_name": "ByCity", "sk": "status"})
    assert table is not None
    (note,) = table.notes
    assert (note.severity, note.id, note.path) == ("note", "C515", "lsis")
    assert "made with the table" in note.message and "10 GB" in note.message
    assert "gsis" in problems[0].fix


def test_keys_among_the_projected_attributes_are_left_out() -> None:
    index = {"index_name": "ByTotal", "sk": "total", "projection": "INCLUDE"}
    table, problems = read({**index, "projected_attributes": ["customer_id", "placed_at", "total", "paid"]})
    assert table is not None
    assert table.local_indexes[0].included == ("paid",)
    assert "C512" in {problem.id for problem in problems}


def test_one_attribute_has_one_type_in_table_and_indexes() -> None:
    tree = successor()
    table = tree["table_definitions"][0]
    table["sort_key"] = {"attribute_name": "placed_at", "attribute_type": "N"}
    table["lsis"] = [
        {
            "index_name": "ByRegionOfOne",
            "sort_key": {"attribute_name": "region", "attribute_type": "B"},
            "projection": "ALL",
        }
    ]
    result, problems = check(tree)
    assert result is None
    assert [problem.id for problem in problems if problem.severity == "error"] == ["C310"]


def test_the_successor_writes_keys_in_its_own_way() -> None:
    tree = successor()
    table = tree["table_definitions"][0]
    table["sort_key"] = {"attribute_name": "placed_at", "attribute_type": "N"}
    key = {"attribute_name": "region", "attribute_type": "S"}
    table["lsis"] = [{"index_name": "ByRegionOfOne", "sort_key": key, "projection": "ALL"}]
    plain, problems = check(tree)
    table["lsis"][0]["sort_key"] = [key]
    listed, more = check(tree)
    assert plain is not None and listed is not None
    (index,) = plain.tables[0].local_indexes
    assert str(index.keys) == "id (N); sort region (S)"
    assert listed.tables[0].local_indexes == plain.tables[0].local_indexes
    assert [problem.id for problem in problems] == [problem.id for problem in more]


def test_access_patterns_may_use_them() -> None:
    tree = contract()
    tree["tables"][0]["lsis"] = [{"index_name": "ByTotal", "sk": "total"}]
    pattern = {"id": "AP1", "table": "Orders", "operation": "Query"}
    tree["access_patterns"] = [{**pattern, "index": "ByTotal"}, {**pattern, "id": "AP2", "index": "ByTotl"}]
    result, problems = check(tree)
    assert result is not None
    assert [pattern.index for pattern in result.access_patterns] == ["ByTotal", ""]
    (doubt,) = [problem for problem in problems if problem.id == "C406"]
    assert doubt.fix == 'Write "ByTotal" in "index", or add the index.'


WORDS = {
    "no sort key": (
        {"index_name": "ByTotal", "sk": "total"},
        {"sk": None},
        'Table "Orders" has no sort key, so it can have no local secondary indexes.',
        'Give the table a sort key ("sk"), or describe the indexes in "gsis".',
    ),
    "sort key of the table": (
        {"index_name": "ByDate", "sk": "placed_at"},
        {},
        'Index "ByDate" sorts by "placed_at", which is the sort key of the table.',
        'Name another attribute in "sk", or remove the index.',
    ),
    "partition key of the table": (
        {"index_name": "ById", "sk": "customer_id"},
        {},
        'Index "ById" sorts by "customer_id", which is the partition key of the table.',
        'Name another attribute in "sk", or remove the index.',
    ),
    "another partition key": (
        {"index_name": "ByTotal", "pk": "status", "sk": "total"},
        {},
        'Index "ByTotal" has partition key "status"; a local secondary index has that of its table, "customer_id".',
        'Leave "pk" out, or describe the index in "gsis".',
    ),
    "two sort keys": (
        {"index_name": "ByTotal", "sk": ["total", "status"]},
        {},
        "The sort key of a local secondary index is one attribute; this lists 2.",
        "Name one attribute; only the keys of global secondary indexes can have several.",
    ),
    "no sort key of its own": (
        {"index_name": "ByTotal"},
        {},
        'Index "ByTotal" has no "sk".',
        'Add "sk" with the name of one of the attributes: "status", "carrier", "total".',
    ),
}


@for_each(("index", "fields", "message", "fix"), WORDS.values(), ids=WORDS)
def test_messages_say_what_is_wrong_and_what_to_do(
    index: dict[str, Any], fields: dict[str, Any], message: str, fix: str
) -> None:
    table, problems = read(index, **fields)
    assert table is None
    assert [(p.message, p.fix) for p in problems if p.severity == "error"] == [(message, fix)]


def test_five_are_allowed_six_are_not() -> None:
    indexes = [{"index_name": f"LSI{n}", "sk": "total"} for n in range(6)]
    assert read(*indexes[:5])[0] is not None
    table, problems = read(*indexes)
    assert table is None
    assert [p.message for p in problems if p.severity == "error"] == [
        'Table "Orders" has 6 local secondary indexes; 5 are the limit.'
    ]


def test_exactly_100_projected_attributes_over_both_kinds_are_allowed() -> None:
    names = [f"attribute{n}" for n in range(20)]
    attributes = [*contract()["tables"][0]["attributes"], *({"name": name, "type": "S"} for name in names)]
    include = {"projection": "INCLUDE", "projected_attributes": names}
    gsis = [{"index_name": f"GSI{n}", "pk": "status", **include} for n in range(3)]
    lsis = [{"index_name": f"LSI{n}", "sk": "total", **include} for n in range(2)]
    assert read(*lsis, gsis=gsis, attributes=attributes)[0] is not None
    one_more = {"index_name": "LSI3", "sk": "status", "projection": "INCLUDE", "projected_attributes": names[:1]}
    table, problems = read(*lsis, one_more, gsis=gsis, attributes=attributes)
    assert table is None
    assert "list 101 projected attributes together" in next(p.message for p in problems if p.id == "C315")
