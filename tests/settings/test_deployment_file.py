"""Which value holds for a table: specific beats general. The schema describes and limits every setting, and only it."""

from typing import Any

import jsonschema

from scripts.settings.deployment_file import MERGED, Environment, Settings, properties, schema
from scripts.text.yaml_source import Source
from tests.for_each import for_each

PLACES = (
    ("defaults",),
    ("tables", "Orders"),
    ("environments", "prod"),
    ("environments", "prod", "tables", "Orders"),
)
# For every setting that comes whole four values that differ, whatever it may hold: the schema limits values, not places.
VALUES: dict[str, list[Any]] = {
    key: [{"a": 1, "b": 1}, {"a": 2}, {"a": 3}, {}] if isinstance(setting["default"], dict) else ["a", 2, True, ""]
    for key, setting in properties().items()
    if key not in MERGED
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


def test_whole_and_merged_settings() -> None:
    assert set(MERGED) < set(properties())
    assert "resource_policy" in VALUES
    for key in MERGED:
        assert "removes what more general places set" in properties()[key]["description"]


@for_each("key", VALUES)
@for_each("present", range(16))
def test_the_most_specific_place_holds(key: str, present: int) -> None:
    here = [n for n in range(4) if present >> n & 1]
    found = settings(**{f"_{n}": {key: VALUES[key][n]} for n in here})
    wanted = (VALUES[key][here[-1]], (*PLACES[here[-1]], key)) if here else (properties()[key]["default"], None)
    assert found.resolve("prod", "Orders", key) == wanted


@for_each("key", VALUES)
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


@for_each("key", MERGED)
def test_what_is_merged_is_merged_part_by_part(key: str) -> None:
    """Whatever the parts are called: tags have any names, units and capacity have read and write."""
    found = settings(_0={key: {"read": 1, "write": 2}}, _3={key: {"write": 3}})
    assert found.resolve("prod", "Orders", key) == ({"read": 1, "write": 3}, (*PLACES[3], key))
    assert found.origin("prod", "Orders", key, ("read",)) == ("defaults", key, "read")
    assert found.origin("prod", "Orders", key, ("write",)) == (*PLACES[3], key, "write")
    assert found.origin("prod", "Prices", key, ("other",)) is None
    assert properties()[key]["default"] == {}, "the default is not changed by merging"


@for_each("key", MERGED)
def test_an_empty_mapping_takes_away_what_is_more_general(key: str) -> None:
    found = settings(_0={key: {"read": 1}}, _2={key: {}}, _3={key: {"write": 3}})
    assert found.of("dev", "Orders")[key] == {"read": 1}
    assert found.resolve("prod", "Prices", key) == ({}, (*PLACES[2], key))
    assert found.resolve("prod", "Orders", key)[0] == {"write": 3}
    assert found.origin("prod", "Orders", key, ("read",)) == (*PLACES[2], key)


def test_single_indexes_are_merged_too_but_limits_come_whole() -> None:
    low, high = {"min": 1, "max": 10, "target": 50}, {"min": 20, "max": 90}
    found = settings(
        _0={"capacity": {"read": low, "indexes": {"A": {"read": low}, "B": {"write": low}}}},
        _1={"capacity": {"write": high, "indexes": {"A": {"read": high, "write": low}}}},
    )
    assert found.of("prod", "Orders")["capacity"] == {
        "read": low,
        "write": high,
        "indexes": {"A": {"read": high, "write": low}, "B": {"write": low}},
    }
    assert found.origin("prod", "Orders", "capacity", ("indexes", "B", "write"))[0] == "defaults"
    assert found.origin("prod", "Orders", "capacity", ("indexes", "A", "write"))[:2] == PLACES[1]


def test_a_tag_may_be_called_indexes() -> None:
    found = settings(_0={"tags": {"indexes": "3", "a": "b"}}, _1={"tags": {"indexes": "4"}})
    assert found.of("prod", "Orders")["tags"] == {"indexes": "4", "a": "b"}


def test_policies_are_never_merged() -> None:
    found = settings(
        _0={"resource_policy": {"Version": "x", "Statement": [1]}}, _1={"resource_policy": {"Statement": []}}
    )
    assert found.of("prod", "Orders")["resource_policy"] == {"Statement": []}


def test_all_settings_of_a_table() -> None:
    found = settings(_1={"ttl": "until"}).of("prod", "Orders")
    assert found == {key: value["default"] for key, value in properties().items()} | {"ttl": "until"}


def test_environments_in_the_order_of_the_file() -> None:
    value = {
        "environments": {
            "prod": {
                "region": "eu-west-1",
                "account": "111122223333",
                "table_prefix": "p-",
                "alarm_emails": ["a@b.c"],
                "encryption_policy": "customer-key",
                "backups": {"retention_days": 90},
            },
            "dev": {"region": "us-east-1"},
        }
    }
    assert Settings(Source(value, {})).environments == (
        Environment(
            "prod",
            "eu-west-1",
            "111122223333",
            "p-",
            ("a@b.c",),
            encryption_policy="customer-key",
            backups={"retention_days": 90},
            production=True,
        ),
        Environment("dev", "us-east-1"),
    )


def test_without_a_file_there_is_one_environment_whose_region_is_open() -> None:
    assert Settings(Source({}, {})).environments == (Environment("default"),)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


@for_each("key", properties())
def test_every_setting_says_what_it_is_and_has_a_legal_default(key: str) -> None:
    setting = properties()[key]
    assert setting["description"].endswith(".")
    validator = jsonschema.Draft202012Validator({"$defs": schema()["$defs"], **setting})
    validator.validate(setting["default"])
    assert setting["examples"]
    for example in setting["examples"]:
        validator.validate(example)
        assert example != setting["default"]


@for_each("key", schema()["$defs"]["environment"]["properties"])
def test_every_property_of_an_environment_says_what_it_is(key: str) -> None:
    assert schema()["$defs"]["environment"]["properties"][key]["description"].endswith(".")
