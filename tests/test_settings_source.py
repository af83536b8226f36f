"""Which value holds for a table: specific beats general. The schema describes and limits every setting, and only it."""

from typing import Any

import jsonschema
import pytest

from scripts.settings_source import Environment, Settings, properties, schema
from scripts.yaml_source import Source

PLACES = (
    ("defaults",),
    ("tables", "Orders"),
    ("environments", "prod"),
    ("environments", "prod", "tables", "Orders"),
)
# For every setting five values that differ: the default is the first one's rival.
VALUES: dict[str, list[Any]] = {
    "point_in_time_recovery_days": [1, 2, 3, 4],
    "encryption": ["arn:1", "arn:2", "arn:3", "arn:4"],
    "table_class": ["1", "2", "3", "4"],
    "ttl": ["a", "b", "c", ""],
    "throttle_alarm_threshold": [1, 2, 3, 0],
}


def settings(**places: Any) -> Settings:
    """Settings from values at some of PLACES, by position: `_0`, `_1`."""
    value: dict[str, Any] = {"environments": {"prod": {}, "dev": {}}}
    for name, content in places.items():
        here = value
        for part in PLACES[int(name[1:])]:
            here = here.setdefault(part, {})
        here.update(content)
    return Settings(Source(value, {}))


def test_every_setting_is_tried_here() -> None:
    assert {*VALUES, "tags"} == set(properties())


@pytest.mark.parametrize("key", VALUES)
@pytest.mark.parametrize("present", range(16))
def test_the_most_specific_place_holds(key: str, present: int) -> None:
    here = [n for n in range(4) if present >> n & 1]
    found = settings(**{f"_{n}": {key: VALUES[key][n]} for n in here})
    wanted = (VALUES[key][here[-1]], (*PLACES[here[-1]], key)) if here else (properties()[key]["default"], None)
    assert found.resolve("prod", "Orders", key) == wanted


@pytest.mark.parametrize("key", VALUES)
def test_other_tables_and_environments_keep_theirs(key: str) -> None:
    found = settings(**{f"_{n}": {key: VALUES[key][n]} for n in range(4)})
    assert found.resolve("prod", "Prices", key)[0] == VALUES[key][2]
    assert found.resolve("dev", "Orders", key)[0] == VALUES[key][1]
    assert found.resolve("dev", "Prices", key)[0] == VALUES[key][0]


def test_tags_are_merged_name_by_name() -> None:
    tags = [{"a": "0", "b": "0", "c": "0", "d": "0"}, {"b": "1", "c": "1", "d": "1"}, {"c": "2", "d": "2"}, {"d": "3"}]
    found = settings(**{f"_{n}": {"tags": value} for n, value in enumerate(tags)})
    merged = {"a": "0", "b": "1", "c": "2", "d": "3"}
    assert found.resolve("prod", "Orders", "tags") == (merged, (*PLACES[3], "tags"))
    assert found.of("dev", "Orders")["tags"] == {"a": "0", "b": "1", "c": "1", "d": "1"}
    assert properties()["tags"]["default"] == {}, "the default is not changed by merging"


def test_all_settings_of_a_table() -> None:
    found = settings(_1={"ttl": "until"}).of("prod", "Orders")
    assert found == {key: value["default"] for key, value in properties().items()} | {"ttl": "until"}


def test_environments_in_the_order_of_the_file() -> None:
    value = {
        "environments": {
            "prod": {"region": "eu-west-1", "account": "111122223333", "table_prefix": "p-", "alarm_emails": ["a@b.c"]},
            "dev": {"region": "us-east-1"},
        }
    }
    assert Settings(Source(value, {})).environments == (
        Environment("prod", "eu-west-1", "111122223333", "p-", ("a@b.c",)),
        Environment("dev", "us-east-1"),
    )


def test_without_a_file_there_is_one_environment_whose_region_is_open() -> None:
    assert Settings(Source({}, {})).environments == (Environment("default"),)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("key", properties())
def test_every_setting_says_what_it_is_and_has_a_legal_default(key: str) -> None:
    setting = properties()[key]
    assert setting["description"].endswith(".")
    jsonschema.Draft202012Validator(setting).validate(setting["default"])


@pytest.mark.parametrize("key", schema()["$defs"]["environment"]["properties"])
def test_every_property_of_an_environment_says_what_it_is(key: str) -> None:
    assert schema()["$defs"]["environment"]["properties"][key]["description"].endswith(".")
