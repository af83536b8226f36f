"""What the JSON Schema of `traffic` accepts, and the problems that it cannot see."""

from dataclasses import replace
from typing import Any

import jsonschema

from scripts.capacity.traffic_check import problems
from scripts.model import Index
from scripts.settings.deployment_file import properties
from tests.capacity.tables import ORDERS
from tests.capacity.test_traffic import SETTINGS
from tests.for_each import for_each
from tests.samples import keys

SCHEMA = properties()["traffic"]
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_every_key_has_a_description() -> None:
    def walk(node: dict[str, Any]) -> None:
        assert node["description"].endswith(".")
        below = [*node.get("properties", {}).values()]
        below += [node["additionalProperties"]] if isinstance(node.get("additionalProperties"), dict) else []
        for one in below:
            walk(one)

    walk(SCHEMA)


def test_good_settings_are_good() -> None:
    assert VALIDATOR.is_valid(SETTINGS)
    assert list(problems(ORDERS, SETTINGS)) == []
    assert list(problems(ORDERS, {})) == []


REFUSED = [
    {"reads": {}},
    {"reads": {"averge": 1}},
    {"reads": {"average": -1}},
    {"reads": {"average": "1"}},
    {"reads": {"average": 1, "consistency": "weak"}},
    {"writes": {"transactional": "yes"}},
    {"item_size_bytes": 0},
    {"item_size_bytes": 409_601},
    {"item_count": 1.5},
    {"indexes": {"ByStatus": {"share_of_items": 1.1}}},
    {"indexes": {"ByStatus": {"reads": {"consistency": "transactional"}}}},
    {"indexes": {"ByStatus": {"entry_size": 1}}},
    {"write": {}},
]


@for_each("settings", REFUSED)
def test_the_schema_refuses(settings: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(settings)


FOUND = [
    (
        {"indexes": {"byStatuss": {"key_changes": 1}}},
        ("indexes", "byStatuss"),
        'Table Orders has no index "byStatuss". Rename it to "ByStatus".',
    ),
    (
        {"indexes": {"zzz": {}}},
        ("indexes", "zzz"),
        'Table Orders has no index "zzz". The table has: ByStatus, ByMail, ByDay.',
    ),
    (
        {"reads": {"average": 5, "peak": 2.5}},
        ("reads", "peak"),
        "The peak, 2.5 per second, is less than the average, 5. Raise the peak, or lower the average.",
    ),
    (
        {"indexes": {"ByDay": {"reads": {"average": 2, "peak": 1}}}},
        ("indexes", "ByDay", "reads", "peak"),
        "The peak, 1 per second, is less than the average, 2. Raise the peak, or lower the average.",
    ),
    (
        {"indexes": {"ByDay": {"reads": {"average": 1, "consistency": "strong"}}}},
        ("indexes", "ByDay", "reads", "consistency"),
        "Index ByDay is a global secondary index: its reads are always eventually consistent."
        " Remove it, or read the table instead.",
    ),
    (
        {"item_size_bytes": 480, "indexes": {"ByDay": {"entry_size_bytes": 500}}},
        ("indexes", "ByDay", "entry_size_bytes"),
        "An entry of 500 bytes is larger than the item it is made from, which has 480. Correct it, or item_size_bytes.",
    ),
    (
        {"writes": {"average": float("nan")}},
        ("writes", "average"),
        "nan is not a number that can be reckoned with. Write a finite number.",
    ),
]


@for_each(("settings", "path", "text"), FOUND)
def test_problems(settings: dict[str, Any], path: tuple[str, ...], text: str) -> None:
    (found,) = problems(ORDERS, settings)
    assert found.where == path
    assert f"{found.facts['found']} {found.facts['hint']}" == text


def test_a_local_index_is_known_and_may_be_read_consistently() -> None:
    settings = {"indexes": {"ByDate": {"reads": {"average": 1, "consistency": "strong"}}}}
    local = replace(ORDERS, local_indexes=(Index("ByDate", keys("PK", "date")),))
    assert list(problems(local, settings)) == []
    assert len(list(problems(ORDERS, settings))) == 1


def test_some_items_may_be_larger_than_the_average_one() -> None:
    large = {"indexes": {"ByMail": {"entry_size_bytes": 5000, "share_of_items": 0.1}}}
    assert list(problems(ORDERS, large)) == []
