"""Every sentence of the specification of the format: what is accepted, normalised, doubted and refused.

Each case is the sentence, a change of a small contract (or a file of its own), and the ids and paths that must be
reported. Nothing else may be.
"""

from collections.abc import Callable
from typing import Any

from scripts.contract.rules import RULES
from scripts.model import Contract, Keys
from tests.contract.support import at, check, contract, successor
from tests.for_each import for_each

Change = Callable[[Any], Any]


def put(*path: str | int, value: Any) -> Change:
    """A change that sets the value at a path."""

    def change(tree: Any) -> Any:
        at(tree, *path[:-1])[path[-1]] = value
        return tree

    return change


def drop(*path: str | int) -> Change:
    """A change that removes the field at a path."""

    def change(tree: Any) -> Any:
        del at(tree, *path[:-1])[path[-1]]
        return tree

    return change


def rename(*path: str | int, to: str) -> Change:
    """A change that renames the field at a path."""

    def change(tree: Any) -> Any:
        parent = at(tree, *path[:-1])
        parent[to] = parent.pop(path[-1])
        return tree

    return change


def add(*path: str | int, value: Any) -> Change:
    """A change that appends to the list at a path."""

    def change(tree: Any) -> Any:
        at(tree, *path).append(value)
        return tree

    return change


def local(*indexes: Any) -> Change:
    """A change that gives the first table local secondary indexes."""
    return put("tables", 0, "lsis", value=list(indexes))


def including(number: int, key: dict[str, str], count: int = 20) -> dict[str, Any]:
    """An index with that many projected attributes."""
    names = [f"attribute{n}" for n in range(count)]
    return {"index_name": f"Index{number}", **key, "projection": "INCLUDE", "projected_attributes": names}


def declared(names: list[str]) -> list[dict[str, str]]:
    """Attributes with these names."""
    return [{"name": name, "type": "S"} for name in names]


def both(*changes: Change) -> Change:
    """One change after the other."""

    def change(tree: Any) -> Any:
        for each in changes:
            tree = each(tree)
        return tree

    return change


def the_list(tree: Any) -> Any:
    """The contract as dialect B: a list, type Table, index `name`, attributes by name."""
    table = tree["tables"][0]
    table["type"] = "Table"
    table["gsis"] = [{"name": "ByStatus", "pk": "status", "sk": "placed_at"}]
    table["attributes"] = {entry.pop("name"): entry for entry in table["attributes"]}
    return [table]


ORDERS: tuple[str | int, ...] = ("tables", 0)
USERS: tuple[str | int, ...] = ("tables", 1)
GSI = (*ORDERS, "gsis", 0)
INCLUDED = (*ORDERS, "gsis", 1)

ACCEPT: dict[str, Change] = {
    "dialect A": lambda tree: tree,
    "no top-level attributes on a multi-entity table": lambda tree: {"tables": [tree["tables"][1]]},
    "sk null": both(put(*ORDERS, "sk", value=None), put(*GSI, "sk", value=None)),
    "sk absent": both(drop(*ORDERS, "sk"), drop(*GSI, "sk")),
    "gsis absent": drop(*ORDERS, "gsis"),
    "gsis empty": put(*ORDERS, "gsis", value=[]),
    "lsis empty": both(drop(*ORDERS, "sk"), put(*ORDERS, "lsis", value=[])),
    "no projection": drop(*GSI, "projection"),
    "the same name of an index twice": put(*GSI, "name", value="ByStatus"),
    "joiners in a description": put(
        *ORDERS, "description", value="\u0645\u06cc\u200c\u062e\u0631\u062f \U0001f469\u200d\U0001f4bb"
    ),
    "no satisfies": drop(*ORDERS, "satisfies"),
    "no source_table": drop(*ORDERS, "source_table"),
    "no size": drop(*ORDERS, "estimated_item_size_bytes"),
    "extra fields that have nothing to do with infrastructure": both(
        put("generated_by", value="a tool"),
        put(*ORDERS, "owner", value={"team": "shop"}),
        put(*GSI, "why", value="AP2"),
    ),
    "GSI key list of 2 to 4": both(
        put(*GSI, "pk", value=["status", "carrier"]), put(*GSI, "sk", value=["placed_at", "customer_id", "total"])
    ),
    "20 attributes in one projection": both(
        put(*INCLUDED, "projected_attributes", value=[f"a{n}" for n in range(20)]),
        lambda tree: put(
            *ORDERS,
            "attributes",
            value=tree["tables"][0]["attributes"] + [{"name": f"a{n}", "type": "S"} for n in range(20)],
        )(tree),
    ),
    "access patterns that tables satisfy": put("access_patterns", value=["AP1", {"id": "AP2"}, "orders by status"]),
    "known joins, calculations and transformations": put(
        *ORDERS,
        "attributes",
        5,
        value={
            "name": "paid",
            "type": "BOOL",
            "join": {"type": "foreign-key"},
            "calculation": {"type": "aggregate"},
            "transformation": {"type": "string-format"},
        },
    ),
}
# GSI key list of 2 to 4 uses the number "total": the note about its type is all there is.
ACCEPT_NOTES = {"GSI key list of 2 to 4": ["C513"]}


@for_each("sentence", ACCEPT)
def test_accepted(sentence: str) -> None:
    result, problems = check(ACCEPT[sentence](contract()))
    assert [problem.id for problem in problems] == ACCEPT_NOTES.get(sentence, [])
    assert result is not None


NORMALISE: dict[str, tuple[Change, list[tuple[str, str]]]] = {
    "B to A": (the_list, [("C501", "")]),
    "C to A": (lambda tree: tree["tables"][0], [("C502", "")]),
    "D to A": (
        lambda _: successor(),
        [
            ("C503", ""),
            ("C513", "table_definitions[0].partition_key"),
            ("C513", "table_definitions[0].gsis[0].sort_key[0]"),
        ],
    ),
    "name to index_name": (rename(*GSI, "index_name", to="name"), [("C504", "tables[0].gsis[0].name")]),
    "gsi_name to index_name": (rename(*GSI, "index_name", to="gsi_name"), [("C504", "tables[0].gsis[0].gsi_name")]),
    "gsis null": (put(*ORDERS, "gsis", value=None), [("C505", "tables[0].gsis")]),
    "lsis null": (put(*ORDERS, "lsis", value=None), [("C505", "tables[0].lsis")]),
    "a local index": (local({"index_name": "ByCity", "sk": "status"}), [("C515", "tables[0].lsis")]),
    "name of a local index": (
        local({"lsi_name": "ByCity", "sk": "status"}),
        [("C504", "tables[0].lsis[0].lsi_name"), ("C515", "tables[0].lsis")],
    ),
    "sort key of a local index as a list of one": (
        local({"index_name": "ByCity", "sk": ["status"]}),
        [("C511", "tables[0].lsis[0].sk"), ("C515", "tables[0].lsis")],
    ),
    "lower-case projections": (put(*GSI, "projection", value="keys_only"), [("C506", "tables[0].gsis[0].projection")]),
    "a projection object with type and attributes": (
        both(
            put(*INCLUDED, "projection", value={"type": "INCLUDE", "attributes": ["total", "status"]}),
            drop(*INCLUDED, "projected_attributes"),
        ),
        [("C507", "tables[0].gsis[1].projection")],
    ),
    "a projection object with ProjectionType and NonKeyAttributes": (
        both(
            put(*INCLUDED, "projection", value={"ProjectionType": "INCLUDE", "NonKeyAttributes": ["status", "total"]}),
            drop(*INCLUDED, "projected_attributes"),
        ),
        [("C507", "tables[0].gsis[1].projection")],
    ),
    **{
        f"the synonym {name}": (
            rename(*INCLUDED, "projected_attributes", to=name),
            [("C508", f"tables[0].gsis[1].{name}")],
        )
        for name in ("non_key_attributes", "projection_attributes", "included_attributes")
    },
    "sk empty": (put(*ORDERS, "sk", value=""), [("C509", "tables[0].sk")]),
    "sk of an index empty": (put(*GSI, "sk", value=""), [("C509", "tables[0].gsis[0].sk")]),
    "attributes as an object": (
        lambda tree: put(
            *ORDERS, "attributes", value={entry.pop("name"): entry for entry in tree["tables"][0]["attributes"]}
        )(tree),
        [("C510", "tables[0].attributes")],
    ),
    "one-element key list of a table": (put(*ORDERS, "pk", value=["customer_id"]), [("C511", "tables[0].pk")]),
    "one-element key list of an index": (put(*GSI, "pk", value=["status"]), [("C511", "tables[0].gsis[0].pk")]),
    "key attributes listed among the projected ones": (
        add(*INCLUDED, "projected_attributes", value="customer_id"),
        [("C512", "tables[0].gsis[1].projected_attributes")],
    ),
    "key of type N": (put(*ORDERS, "attributes", 1, "type", value="N"), [("C513", "tables[0].sk")]),
    "key of type B": (put(*ORDERS, "attributes", 0, "type", value="B"), [("C513", "tables[0].pk")]),
}
# What a normalisation legitimately changes; everything else must come out as from the contract as it was.
CHANGED = {"D to A", "gsis null", "sk empty", "sk of an index empty", "key of type N", "key of type B"}


@for_each("sentence", NORMALISE)
def test_normalised_with_a_note(sentence: str) -> None:
    change, expected = NORMALISE[sentence]
    result, problems = check(change(contract()))
    assert sorted((problem.id, problem.path) for problem in problems) == sorted(expected)
    assert {problem.severity for problem in problems} == {"note"}
    assert result is not None
    notes = [note.id for place in (result, *result.tables) for note in place.notes]
    assert sorted(notes) == sorted(rule for rule, _ in expected)
    if sentence not in CHANGED:
        assert shape(result, "Orders", "ByCarrier") == shape(plain(sentence), "Orders", "ByCarrier")


def plain(sentence: str) -> Contract:
    """What the contract says when it is written in the usual way."""
    tree = contract()
    if sentence == "B to A":
        tree["tables"][0]["gsis"] = [{"index_name": "ByStatus", "pk": "status", "sk": "placed_at"}]
    result, _ = check(tree)
    assert result is not None
    return result


def shape(result: Contract, name: str, _index: str) -> tuple[Any, ...]:
    """All that one table says, without its notes."""
    table = next(table for table in result.tables if table.name == name)
    return table.keys, table.indexes, table.attributes, table.entities, table.satisfies, table.item_size_bytes


WARN: dict[str, tuple[Change, list[tuple[str, str]]]] = {
    "undeclared key": (drop(*ORDERS, "attributes", 0), [("C401", "tables[0].pk")]),
    "a key name holding #": (
        both(put(*USERS, "pk", value="USER#id"), put(*USERS, "entities", 0, "attributes", 0, "name", value="USER#id")),
        [("C403", "tables[1].pk")],
    ),
    "a key name holding {}": (
        both(put(*USERS, "pk", value="{id}"), put(*USERS, "entities", 0, "attributes", 0, "name", value="{id}")),
        [("C403", "tables[1].pk")],
    ),
    "a GSI key that no entity carries": (
        put(*USERS, "gsis", value=[{"index_name": "GSI1", "pk": "GSI1PK"}]),
        [("C402", "tables[1].gsis[0].pk")],
    ),
    "GSI pk equal to the table's pk": (put(*GSI, "pk", value="customer_id"), [("C404", "tables[0].gsis[0].pk")]),
    "more than 20 GSIs": (
        put(*ORDERS, "gsis", value=[{"index_name": f"GSI{n}", "pk": "status"} for n in range(21)]),
        [("C405", "tables[0].gsis")],
    ),
    "unknown join type": (
        put(*ORDERS, "attributes", 4, "join", value={"type": "magic"}),
        [("C407", "tables[0].attributes[4].join.type")],
    ),
    "a join that does not say of which type it is": (
        put(*ORDERS, "attributes", 4, "join", value={"local_column": "a", "source_column": "b"}),
        [("C407", "tables[0].attributes[4].join.type")],
    ),
    "a join with a step that is none": (
        put(*ORDERS, "attributes", 4, "join", value={"type": "chain", "joins": ["orders"]}),
        [("C418", "tables[0].attributes[4].join.joins[0]")],
    ),
    "a join with a step that takes an object": (
        put(*ORDERS, "attributes", 4, "join", value={"type": "chain", "joins": [{"select_column": {}}]}),
        [("C418", "tables[0].attributes[4].join.joins[0].select_column")],
    ),
    "a calculation with cases that are no list": (
        put(*ORDERS, "attributes", 4, "calculation", value={"type": "case", "cases": {"when": "a", "then": "b"}}),
        [("C418", "tables[0].attributes[4].calculation.cases")],
    ),
    "unknown transformation type": (
        put(*ORDERS, "attributes", 4, "transformation", value={"type": "string-fromat"}),
        [("C407", "tables[0].attributes[4].transformation.type")],
    ),
    "access patterns that no table satisfies": (
        put("access_patterns", value=["AP1", "AP2", "AP9: forgotten"]),
        [("C406", "access_patterns[2]")],
    ),
    "projected attributes that do not exist": (
        add(*INCLUDED, "projected_attributes", value="totl"),
        [("C408", "tables[0].gsis[1].projected_attributes[2]")],
    ),
    "replicas": (put("tables", 0, "replicas", value=["us-east-1"]), [("C419", "tables[0].replicas")]),
    "placeholders in text": (
        put(*USERS, "entities", 0, "pk_template", value="USER#${id}"),
        [("C409", "tables[1].entities[0].pk_template")],
    ),
    "items over 400 KB": (
        put(*ORDERS, "estimated_item_size_bytes", value=409_601),
        [("C410", "tables[0].estimated_item_size_bytes")],
    ),
    "two entities of one name": (
        put(*USERS, "entities", 1, "entity_type", value="USER"),
        [("C411", "tables[1].entities[1].entity_type")],
    ),
    "an attribute declared twice": (
        add(*ORDERS, "attributes", value={"name": "total", "type": "N"}),
        [("C412", "tables[0].attributes[6].name")],
    ),
    "single-entity with entities": (put(*USERS, "type", value="single-entity"), [("C413", "tables[1].type")]),
    "a setting of deployment.yaml": (
        put(*ORDERS, "billing_mode", value="PROVISIONED"),
        [("C414", "tables[0].billing_mode")],
    ),
}


@for_each("sentence", WARN)
def test_doubted_with_a_warning(sentence: str) -> None:
    change, expected = WARN[sentence]
    result, problems = check(change(contract()))
    assert [(problem.id, problem.path) for problem in problems] == expected
    assert problems[0].severity == "warning"
    assert result is not None
    assert [note.id for place in (result, *result.tables) for note in place.notes] == [expected[0][0]]


STRICT = ["undeclared key", "a GSI key that no entity carries", "projected attributes that do not exist"]


@for_each("sentence", WARN)
def test_strict_makes_undeclared_attributes_errors(sentence: str) -> None:
    result, problems = check(WARN[sentence][0](contract()), strict=True)
    assert (result is None) == (sentence in STRICT)
    assert problems[0].severity == ("error" if sentence in STRICT else "warning")


def minus(tree: Any) -> Any:
    """The contract as A-minus: no key names anywhere."""
    table = tree["tables"][1]
    del table["pk"], table["sk"]
    return {"tables": [table]}


MANY = [f"attribute{n}" for n in range(21)]

REJECT: dict[str, tuple[Change, list[tuple[str, str]]]] = {
    "no tables: absent": (lambda _: {}, [("C202", "")]),
    "no tables: empty": (put("tables", value=[]), [("C202", "tables")]),
    "no tables: an empty list": (lambda _: [], [("C202", ""), ("C501", "")]),
    "no tables: another value": (lambda _: "tables", [("C202", "")]),
    "missing table": (drop(*ORDERS, "table"), [("C206", "tables[0]")]),
    "empty table": (put(*ORDERS, "table", value=""), [("C206", "tables[0]")]),
    "missing pk": (drop(*ORDERS, "pk"), [("C206", "tables[0]")]),
    "empty pk": (put(*ORDERS, "pk", value=" "), [("C206", "tables[0]")]),
    "missing pk of an index": (drop(*GSI, "pk"), [("C206", "tables[0].gsis[0]")]),
    "missing index name": (drop(*GSI, "index_name"), [("C206", "tables[0].gsis[0]")]),
    "A-minus": (minus, [("C210", "tables[0]")]),
    "pk equal to sk in a table": (put(*ORDERS, "sk", value="customer_id"), [("C308", "tables[0].sk")]),
    "pk equal to sk in an index": (put(*GSI, "sk", value="status"), [("C308", "tables[0].gsis[0].sk")]),
    "an attribute twice in a key list": (
        put(*GSI, "pk", value=["status", "status"]),
        [("C308", "tables[0].gsis[0].pk[1]")],
    ),
    "a key typed other than S, N, B": (put(*ORDERS, "attributes", 0, "type", value="BOOL"), [("C309", "tables[0].pk")]),
    "an index key typed other than S, N, B": (
        put(*ORDERS, "attributes", 2, "type", value="M"),
        [("C309", "tables[0].gsis[0].pk")],
    ),
    "one key with two types": (
        put(*USERS, "entities", 1, "attributes", 1, "type", value="N"),
        [("C310", "tables[1].entities[1].attributes[1]")],
    ),
    "duplicate table names": (
        put(*USERS, "table", value="Orders"),
        [("C303", "tables[1].table")],
    ),
    "table names that differ only by case": (put(*USERS, "table", value="ORDERS"), [("C304", "tables[1].table")]),
    "duplicate index names": (
        put(*INCLUDED, "index_name", value="ByStatus"),
        [("C305", "tables[0].gsis[1].index_name")],
    ),
    "table name with a space": (put(*ORDERS, "table", value="the orders"), [("C301", "tables[0].table")]),
    "table name of 2 characters": (put(*ORDERS, "table", value="ab"), [("C301", "tables[0].table")]),
    "table name of 256 characters": (put(*ORDERS, "table", value="a" * 256), [("C301", "tables[0].table")]),
    "table name with a line break at its end": (put(*ORDERS, "table", value="Orders\n"), [("C301", "tables[0].table")]),
    "index name outside the pattern": (
        put(*GSI, "index_name", value="by/status"),
        [("C302", "tables[0].gsis[0].index_name")],
    ),
    "key names over 255 bytes": (
        both(put(*ORDERS, "pk", value="ö" * 128), put(*ORDERS, "attributes", 0, "name", value="ö" * 128)),
        [("C311", "tables[0].pk")],
    ),
    "key names with line breaks": (
        both(put(*ORDERS, "pk", value="a\nb"), put(*ORDERS, "attributes", 0, "name", value="a\nb")),
        [("C312", "tables[0].attributes[0]"), ("C312", "tables[0].pk")],
    ),
    "unknown projection": (put(*GSI, "projection", value="SOME"), [("C213", "tables[0].gsis[0].projection")]),
    "INCLUDE with no list": (
        drop(*INCLUDED, "projected_attributes"),
        [("C313", "tables[0].gsis[1].projection")],
    ),
    "INCLUDE with an empty list": (
        put(*INCLUDED, "projected_attributes", value=[]),
        [("C313", "tables[0].gsis[1].projected_attributes")],
    ),
    "INCLUDE with keys only": (
        put(*INCLUDED, "projected_attributes", value=["carrier"]),
        [("C318", "tables[0].gsis[1].projected_attributes")],
    ),
    "INCLUDE with more than 20": (
        lambda tree: both(
            put(*INCLUDED, "projected_attributes", value=MANY),
            put(
                *ORDERS,
                "attributes",
                value=[*tree["tables"][0]["attributes"], *({"name": n, "type": "S"} for n in MANY)],
            ),
        )(tree),
        [("C314", "tables[0].gsis[1].projected_attributes")],
    ),
    "more than 100 over the whole table": (
        lambda tree: both(
            put(
                *ORDERS,
                "gsis",
                value=[
                    {
                        "index_name": f"GSI{n}",
                        "pk": "status",
                        "projection": "INCLUDE",
                        "projected_attributes": MANY[: 20 if n < 5 else 1],
                    }
                    for n in range(6)
                ],
            ),
            put(
                *ORDERS,
                "attributes",
                value=[*tree["tables"][0]["attributes"], *({"name": n, "type": "S"} for n in MANY)],
            ),
        )(tree),
        [("C315", "tables[0].gsis")],
    ),
    "attributes listed with KEYS_ONLY": (
        put(*INCLUDED, "projection", value="KEYS_ONLY"),
        [("C316", "tables[0].gsis[1].projected_attributes")],
    ),
    "attributes listed with ALL": (
        put(*INCLUDED, "projection", value="ALL"),
        [("C316", "tables[0].gsis[1].projected_attributes")],
    ),
    "attributes listed without a projection": (
        drop(*INCLUDED, "projection"),
        [("C316", "tables[0].gsis[1].projected_attributes")],
    ),
    "attributes listed twice": (
        add(*INCLUDED, "projected_attributes", value="total"),
        [("C317", "tables[0].gsis[1].projected_attributes[2]")],
    ),
    "two lists of attributes": (
        put(*INCLUDED, "non_key_attributes", value=["paid"]),
        [("C216", "tables[0].gsis[1].non_key_attributes"), ("C508", "tables[0].gsis[1].non_key_attributes")],
    ),
    "two names of an index": (
        put(*GSI, "name", value="ByState"),
        [("C219", "tables[0].gsis[0].name")],
    ),
    "two other names of an index": (
        both(put(*GSI, "name", value="ByStatus"), put(*GSI, "gsi_name", value="ByState")),
        [("C219", "tables[0].gsis[0].gsi_name")],
    ),
    "two names of a local index": (
        local({"index_name": "ByTotal", "sk": "total", "lsi_name": "ByPrice"}),
        [("C219", "tables[0].lsis[0].lsi_name")],
    ),
    "a key list on a base table": (put(*ORDERS, "pk", value=["customer_id", "status"]), [("C306", "tables[0].pk")]),
    "a sort key list on a base table": (put(*ORDERS, "sk", value=["placed_at", "status"]), [("C306", "tables[0].sk")]),
    "a GSI key list of 5": (
        put(*GSI, "pk", value=["status", "carrier", "total", "customer_id", "x"]),
        [("C307", "tables[0].gsis[0].pk")],
    ),
    **{
        f"near-miss field {name}": (rename(*ORDERS, right, to=name), [(rule, f"tables[0].{name}")])
        for name, right, rule in [
            ("gsi", "gsis", "C207"),
            ("GSIs", "gsis", "C207"),
            ("global_secondary_indexes", "gsis", "C207"),
            ("sort_key", "sk", "C207"),
            ("partition_key", "pk", "C207"),
            ("gsiss", "gsis", "C208"),
            ("Table", "table", "C208"),
            ("PK", "pk", "C208"),
        ]
    },
    "misspelt projection": (rename(*GSI, "projection", to="projecton"), [("C208", "tables[0].gsis[0].projecton")]),
    "a local index without a sort key": (local({"index_name": "ByTotal"}), [("C206", "tables[0].lsis[0]")]),
    "a local index with an empty sort key": (
        local({"index_name": "ByTotal", "sk": ""}),
        [("C206", "tables[0].lsis[0]")],
    ),
    "a local index without a name": (local({"sk": "total"}), [("C206", "tables[0].lsis[0]")]),
    "a local index with two sort keys": (
        local({"index_name": "ByTotal", "sk": ["total", "status"]}),
        [("C306", "tables[0].lsis[0].sk")],
    ),
    "a local index with another partition key": (
        local({"index_name": "ByTotal", "pk": "status", "sk": "total"}),
        [("C215", "tables[0].lsis[0].pk")],
    ),
    "a local index by the partition key of the table": (
        local({"index_name": "ById", "sk": "customer_id"}),
        [("C320", "tables[0].lsis[0].sk")],
    ),
    "a local index by the sort key of the table": (
        local({"index_name": "ByDate", "sk": "placed_at"}),
        [("C320", "tables[0].lsis[0].sk")],
    ),
    "a local index on a table without a sort key": (
        both(drop(*ORDERS, "sk"), local({"index_name": "ByTotal", "sk": "total"})),
        [("C319", "tables[0].lsis")],
    ),
    "6 local indexes": (
        local(*({"index_name": f"LSI{n}", "sk": "total"} for n in range(6))),
        [("C321", "tables[0].lsis")],
    ),
    "a local index with the name of a global one": (
        local({"index_name": "ByStatus", "sk": "total"}),
        [("C305", "tables[0].lsis[0].index_name")],
    ),
    "two local indexes of one name": (
        local({"index_name": "ByTotal", "sk": "total"}, {"index_name": "ByTotal", "sk": "status"}),
        [("C305", "tables[0].lsis[1].index_name")],
    ),
    "a local index that sorts by a BOOL": (
        local({"index_name": "ByPaid", "sk": "paid"}),
        [("C309", "tables[0].lsis[0].sk")],
    ),
    "a local index with an illegal name": (
        local({"index_name": "by total", "sk": "total"}),
        [("C302", "tables[0].lsis[0].index_name")],
    ),
    "a local index with INCLUDE and no list": (
        local({"index_name": "ByTotal", "sk": "total", "projection": "INCLUDE"}),
        [("C313", "tables[0].lsis[0].projection")],
    ),
    "a local index that includes keys of the table only": (
        local(
            {
                "index_name": "ByTotal",
                "sk": "total",
                "projection": "INCLUDE",
                "projected_attributes": ["placed_at", "total"],
            }
        ),
        [("C318", "tables[0].lsis[0].projected_attributes")],
    ),
    "more than 100 over global and local indexes": (
        lambda tree: both(
            put(*ORDERS, "gsis", value=[including(n, {"pk": "status"}) for n in range(3)]),
            local(*(including(n, {"sk": "total"}) for n in range(3, 5)), including(5, {"sk": "total"}, 1)),
            put(*ORDERS, "attributes", value=[*tree["tables"][0]["attributes"], *declared(MANY)]),
        )(tree),
        [("C315", "tables[0].gsis")],
    ),
    "a local index that is no object": (local("ByTotal"), [("C205", "tables[0].lsis[0]")]),
    **{
        f"near-miss field {name}": (
            put(*ORDERS, name, value=[{"index_name": "ByTotal", "sk": "total"}]),
            [(rule, f"tables[0].{name}")],
        )
        for name, rule in [
            ("local_secondary_indexes", "C207"),
            ("LocalSecondaryIndexes", "C207"),
            ("lsi", "C207"),
            ("LSIs", "C207"),
            ("localIndexes", "C207"),
            ("Lsis", "C208"),
        ]
    },
    "misspelt projection of a local index": (
        local({"index_name": "ByTotal", "sk": "total", "projecton": "KEYS_ONLY"}),
        [("C208", "tables[0].lsis[0].projecton")],
    ),
    "sort_key in a local index": (
        local({"index_name": "ByTotal", "sort_key": "total"}),
        [("C207", "tables[0].lsis[0].sort_key")],
    ),
    "multi-entity without entities": (drop(*USERS, "entities"), [("C209", "tables[1].type")]),
    "unknown table type": (put(*ORDERS, "type", value="multi_entity"), [("C211", "tables[0].type")]),
    "an index in the place of a table": (put(*ORDERS, "type", value="GSI"), [("C212", "tables[0].type")]),
    "unknown attribute type": (
        put(*ORDERS, "attributes", 5, "type", value="boolean"),
        [("C214", "tables[0].attributes[5].type")],
    ),
    "a value of another kind": (put(*ORDERS, "gsis", value="GSI1"), [("C205", "tables[0].gsis")]),
    "a negative size": (
        put(*ORDERS, "estimated_item_size_bytes", value=-1),
        [("C217", "tables[0].estimated_item_size_bytes")],
    ),
    "two formats in one file": (put("table_definitions", value=[]), [("C204", "table_definitions")]),
    "a dynamic reference": (
        put(*ORDERS, "satisfies", value=["{{resolve:secretsmanager:x}}"]),
        [("C120", "tables[0].satisfies[0]")],
    ),
    **{
        f"U+{ord(hidden):04X} in the name of a key": (
            put(*ORDERS, "attributes", 5, "name", value=f"pa{hidden}id"),
            [("C119", "tables[0].attributes[5].name")],
        )
        for hidden in "\u00ad\u061c\u180e\u200b\u200c\u200d\u200f\u2060\u2065\U000e0000\U000e0041\U000e007f"
    },
    "an invisible character": (put(*ORDERS, "satisfies", value=["AP1\u202e"]), [("C119", "tables[0].satisfies[0]")]),
}
# Undeclared keys follow from some of the changes; they are beside the point of the sentence.
BESIDE = {"C401", "C402", "C404", "C513", "C515"}


@for_each("sentence", REJECT)
def test_refused_with_the_path_and_the_fix(sentence: str) -> None:
    change, expected = REJECT[sentence]
    result, problems = check(change(contract()))
    found = sorted((problem.id, problem.path) for problem in problems if problem.id not in BESIDE)
    assert found == sorted(expected)
    assert result is None
    for problem in problems:
        assert problem.fix and problem.fix[-1] in ".)}" and problem.message[-1] in ".?"
        assert "{found}" not in problem.message


FOREIGN: dict[str, tuple[Any, str]] = {
    "DynamoDB MCP dynamodb_data_model.json": (
        {"tables": [{"TableName": "Users", "KeySchema": []}], "items": {}, "access_patterns": []},
        "dynamodb_data_model.json",
    ),
    "DynamoDB MCP schema.json": (
        {"tables": [{"table_config": {"table_name": "Users", "partition_key": "pk"}, "gsi_list": []}]},
        "schema.json",
    ),
    "NoSQL Workbench model": ({"ModelName": "Shop", "ModelMetadata": {}, "DataModel": []}, "NoSQL Workbench"),
    "CloudFormation template": ({"Resources": {}}, "CloudFormation"),
    "describe-table": ({"Table": {"TableName": "Users"}}, "describe-table"),
    "JSON Schema": ({"$schema": "http://json-schema.org/draft-07/schema#", "properties": {}}, "JSON Schema"),
}


@for_each("tool", FOREIGN)
def test_files_of_other_tools_are_named(tool: str) -> None:
    value, name = FOREIGN[tool]
    result, problems = check(value)
    assert result is None
    assert [problem.id for problem in problems] == ["C201"]
    assert name in problems[0].message


def test_every_rule_about_form_dynamodb_and_notes_is_covered_here() -> None:
    covered = {rule for _, found in [*NORMALISE.values(), *WARN.values(), *REJECT.values()] for rule, _ in found}
    elsewhere = {"C201", "C218", "C220", "C221", "C222", "C223", "C224", "C415", "C416", "C417", "C420", "C514"}
    assert {rule for rule in RULES if rule[1] in "2345"} - elsewhere == covered - {"C119", "C120"}


def test_successor_feeds_access_patterns_counts_and_sizes() -> None:
    result, _ = check(successor())
    assert result is not None
    (table,), (pattern,) = result.tables, result.access_patterns
    assert (table.item_count, table.item_size_bytes, table.source_table) == (1000, 800, "orders, lines")
    assert str(table.keys) == "id (N)" and isinstance(table.keys, Keys)
    assert str(table.indexes[0].keys) == "tenant (S), region (S); sort placed_at (N)"
    assert (pattern.id, pattern.operation, pattern.table, pattern.index) == ("DDB-AP-1", "Query", "Orders", "ByRegion")
    assert (pattern.requests_per_second, pattern.item_size_bytes) == (12.5, 700)


T = "table_definitions"
SUCCESSOR: dict[str, tuple[Change, list[tuple[str, str]]]] = {
    "pk in a table of the successor": (rename(T, 0, "partition_key", to="pk"), [("C207", "table_definitions[0].pk")]),
    "projection required": (drop(T, 0, "gsis", 0, "projection"), [("C206", "table_definitions[0].gsis[0]")]),
    "key typed twice": (
        put(T, 0, "attributes", 0, "type", value="S"),
        [("C310", "table_definitions[0].attributes[0]")],
    ),
    "key of type BOOL": (
        put(T, 0, "gsis", 0, "partition_key", 1, "attribute_type", value="BOOL"),
        [("C309", "table_definitions[0].gsis[0].partition_key[1].attribute_type")],
    ),
    "key as text": (put(T, 0, "partition_key", value="id"), [("C205", "table_definitions[0].partition_key")]),
    "index key that no entity carries": (
        drop(T, 0, "attributes", 2),
        [("C415", "table_definitions[0].gsis[0].partition_key[1]")],
    ),
    "pattern on a missing table": (
        put("access_patterns", 0, "table_name", value="Order"),
        [("C406", "access_patterns[0]")],
    ),
    "pattern on a missing index": (
        put("access_patterns", 0, "gsi_name", value="ByX"),
        [("C406", "access_patterns[0]")],
    ),
    "pattern out of scope": (
        put("access_patterns", 0, "in_scope", value=False),
        [("C514", "access_patterns[0].in_scope")],
    ),
    "unknown operation": (
        put("access_patterns", 0, "operation", value="*"),
        [("C407", "access_patterns[0].operation")],
    ),
    "not validated": (put("validation_passed", value=False), [("C416", "validation_passed")]),
    "unknown version": (put("contract_version", value="2.0"), [("C417", "contract_version")]),
}


@for_each("sentence", SUCCESSOR)
def test_successor(sentence: str) -> None:
    change, expected = SUCCESSOR[sentence]
    result, problems = check(change(successor()))
    assert [(problem.id, problem.path) for problem in problems if problem.id not in ("C503", "C513")] == expected
    if result and result.access_patterns and expected[0][0] in ("C406", "C407"):
        pattern = result.access_patterns[0]
        assert "" in (pattern.table, pattern.operation), "nothing may be built for what does not exist"
