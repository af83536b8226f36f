"""What a page says about where a value comes from: each kind of join, calculation and transformation, whole and in parts."""

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.contract.input_limits import CALCULATIONS, JOINS, TRANSFORMATIONS
from scripts.model import Attribute
from scripts.pages.value_source import template, value_source
from tests import strategies
from tests.contract.support import check
from tests.for_each import for_each

SOURCE = "carts.product_id"  # of each attribute here: where the value comes from, unless something else says so
BY_PRODUCT = {"target_table": "products", "join_condition": "products.id = carts.product_id"}
BY_TAG = {"target_table": "tags", "join_condition": "tags.id = carts.tag_id"}
PRODUCT, TAG = "join `products.id = carts.product_id`", "join `tags.id = carts.tag_id`"

# What stands beside the source of an attribute, and what the page says.
SAID: list[tuple[dict[str, Any], str]] = [
    ({}, "`carts.product_id`"),
    (
        {"join": {"type": "foreign-key", **BY_PRODUCT, "select_column": "products.price"}},
        f"`products.price` ({PRODUCT})",
    ),
    ({"join": {"type": "foreign-key", **BY_PRODUCT, "select_column": "price"}}, f"`products.price` ({PRODUCT})"),
    ({"join": {"type": "lookup-table", **BY_TAG, "select_column": "tags.name"}}, f"`tags.name` ({TAG})"),
    (
        {
            "join": {
                "type": "self-join",
                "join_alias": "parent",
                "join_condition": "parent.id = carts.parent_id",
                "select_column": "name",
                "null_value": "ROOT",
            }
        },
        "`parent.name` (self-join `parent.id = carts.parent_id`), else `ROOT`",
    ),
    (
        {
            "join": {
                "type": "multi-column",
                "target_table": "variants",
                "join_conditions": ["variants.a = carts.a", "variants.b = carts.b"],
                "select_column": "CONCAT(variants.name, ' - ', variants.size)",
            }
        },
        "`CONCAT(variants.name, ' - ', variants.size)` (join `variants.a = carts.a` and `variants.b = carts.b`)",
    ),
    (
        {
            "join": {
                "type": "conditional",
                "condition": "carts.tag_id IS NOT NULL",
                **BY_TAG,
                "select_column": "tags.name",
                "else_value": 0,
            }
        },
        f"`tags.name` if `carts.tag_id IS NOT NULL`, else `0` ({TAG})",
    ),
    (
        {
            "join": {
                "type": "chain",
                "joins": [{**BY_PRODUCT, "select_column": "products.tag_id"}, {**BY_TAG, "select_column": "tags.name"}],
            }
        },
        f"`tags.name` ({PRODUCT}, then `tags.id = carts.tag_id`)",
    ),
    (
        {
            "join": {
                "type": "chain",
                "chain_separator": " > ",
                "joins": [{**BY_PRODUCT, "select_column": "products.name"}, {**BY_TAG, "select_column": "tags.name"}],
            }
        },
        f"`products.name`, `tags.name` with `  >  ` between them ({PRODUCT}, then `tags.id = carts.tag_id`)",
    ),
    (
        {
            "join": {
                "type": "json-construction",
                **BY_PRODUCT,
                "construction": {
                    "type": "array",
                    "limit": 5,
                    "order_by": "products.added DESC",
                    "select_columns": {"price": "products.price", "called": "name"},
                },
            }
        },
        f"JSON array of `products.price`, `products.name` as `called` ({PRODUCT}; at most 5, by `products.added DESC`)",
    ),
    ({"join": {"type": "exists-check", **BY_TAG}}, f"whether there is a row in `tags` ({TAG})"),
    ({"join": {"type": "aggregated-list", **BY_TAG, "select_column": "tags.name"}}, f"all `tags.name` ({TAG})"),
    (
        {
            "join": {
                "type": "polymorphic-lookup",
                "type_column": "kind",
                "branches": [
                    {"when_type_value": "Product", **BY_PRODUCT, "select_column": "products.name"},
                    {"when_type_value": "Tag", **BY_TAG, "select_column": "name"},
                ],
                "else_value": "other",
            }
        },
        f"by `kind`: `Product`: `products.name` ({PRODUCT}); `Tag`: `tags.name` ({TAG}), else `other`",
    ),
    (
        {"calculation": {"type": "aggregate", **BY_PRODUCT, "operation": "SUM", "select_column": "products.price * 2"}},
        f"computed: sum of `products.price * 2` ({PRODUCT})",
    ),
    (
        {
            "calculation": {
                "type": "case",
                "cases": [{"when": "status = 'P'", "then": "'Paid'"}, {"when": "status = 'S'", "then": "'Sent'"}],
                "else": "'?'",
            }
        },
        "computed: `'Paid'` if `status = 'P'`, `'Sent'` if `status = 'S'`, else `'?'`",
    ),
    ({"transformation": {"type": "string-format", "format": "CART#{product_id}"}}, "`CART#{product_id}`"),
    ({"transformation": {"type": "string-format", "format": "#META"}}, "`#META`"),
    ({"transformation": {"type": "string-format", "format": "%05d"}}, "`carts.product_id` as `%05d`"),
    ({"transformation": {"type": "date-format", "format": "YYYY-MM"}}, "`carts.product_id` as `YYYY-MM`"),
    ({"transformation": {"type": "number-format"}}, "`carts.product_id` as a number"),
    ({"transformation": {"type": "json-parse"}}, "`carts.product_id` read as JSON"),
    (
        {
            "join": {"type": "foreign-key", **BY_TAG, "select_column": "tags.made"},
            "transformation": {"type": "date-format", "format": "YYYY"},
        },
        f"`tags.made` ({TAG}) as `YYYY`",
    ),
    (
        {
            "join": {"type": "foreign-key", **BY_TAG, "select_column": "tags.name"},
            "transformation": {"type": "string-format", "format": "TAG#{name}"},
        },
        f"`TAG#{{name}}` with `tags.name` ({TAG})",
    ),
    # What cannot be told is left empty.
    ({"join": {"type": "foreign-key", **BY_TAG}}, ""),
    ({"join": {"local_column": "product_id", "source_column": "price"}}, ""),
    ({"join": {"type": "magic", "select_column": "tags.name"}}, ""),
    ({"transformation": {"type": "uppercase"}}, ""),
    ({"transformation": {"type": "date-format"}}, ""),
    (
        {
            "join": {"type": "foreign-key", **BY_TAG, "select_column": "tags.name"},
            "calculation": {"type": "aggregate", **BY_TAG, "operation": "MAX", "select_column": "tags.name"},
        },
        "",
    ),
]


def attribute(lineage: dict[str, Any]) -> Attribute:
    """An attribute with this beside its source, as the reader of contracts reads it."""
    one = {"name": "PK", "type": "S", "source_table": "carts", "source_column": "product_id", **lineage}
    found, problems = check({"tables": [{"table": "Carts", "pk": "PK", "attributes": [one]}]})
    assert found, problems
    return found.tables[0].attributes[0]


def spans(markdown: str) -> list[str]:
    """The code spans of a text."""
    return [found.strip() for found in re.findall(r"`+([^`]*)`+", markdown)]


@for_each(("lineage", "said"), SAID, ids=lambda value: value if isinstance(value, str) else "")
def test_what_a_page_says_about_a_source(lineage: dict[str, Any], said: str) -> None:
    assert value_source(attribute(lineage)) == said


def test_every_kind_is_in_the_table() -> None:
    kinds = {part["type"] for lineage, _ in SAID for part in lineage.values() if "type" in part}
    assert {*JOINS, *CALCULATIONS, *TRANSFORMATIONS} <= kinds


def less(value: Any) -> Iterator[Any]:
    """A value of JSON with one field or entry less, anywhere in it but for its type."""
    if isinstance(value, dict):
        for name in value.keys() - {"type"}:
            yield {key: inner for key, inner in value.items() if key != name}
            for smaller in less(value[name]):
                yield {**value, name: smaller}
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield value[:number] + value[number + 1 :]
            for smaller in less(inner):
                yield [*value[:number], smaller, *value[number + 1 :]]


@pytest.mark.parametrize("field", ["join", "calculation"])
def test_the_column_that_only_leads_to_a_value_is_never_called_its_source(field: str) -> None:
    count = 0
    for lineage in (lineage for lineage, _ in SAID if field in lineage):
        for smaller in itertools.chain([lineage[field]], less(lineage[field])):
            for smallest in itertools.chain([smaller], less(smaller)):
                assert SOURCE not in spans(value_source(attribute({**lineage, field: smallest}))), smallest
                count += 1
    assert count > 50


# A text that cannot be shown is refused, wherever it is.
PRINTABLE = strategies.json_values.filter(lambda value: repr(value).isprintable() and "\\" not in repr(value))


@given(st.sampled_from(JOINS), st.dictionaries(st.sampled_from(["joins", "branches"]), PRINTABLE))
def test_whatever_stands_in_a_join_is_read_or_doubted(kind: str, parts: dict[str, Any]) -> None:
    strange = attribute({"join": {**parts, "type": kind, "select_column": parts, "construction": parts}})
    assert SOURCE not in spans(value_source(strange))


def test_key_values_are_put_together_by_a_template() -> None:
    made = attribute({"transformation": {"type": "string-format", "format": "CART#{id}"}})
    assert template([made], "PK") == "CART#{id}"
    assert template([made], "SK") == ""
    assert template([attribute({"transformation": {"type": "date-format", "format": "YYYY"}})], "PK") == ""
