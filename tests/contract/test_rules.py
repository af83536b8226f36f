"""The rules as data: complete, unique, and the same in the documentation and in the JSON Schema."""

import json

from jsonschema import Draft7Validator

from scripts.contract.fields import LOST
from scripts.contract.input_limits import ATTRIBUTE_TYPES, MAX_LOCAL_INDEXES
from scripts.contract.read_projection import INCLUDED_FIELDS
from scripts.contract.rules import FAMILY, RULES
from scripts.contract.schema import SCHEMA_FILE
from scripts.problems import ERROR, NOTE, WARNING
from tests.contract.support import contract
from tests.for_each import for_each

SCHEMA = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))


def test_ids_are_unique_and_in_their_group() -> None:
    severities = {"C1": ERROR, "C2": ERROR, "C3": ERROR, "C4": WARNING, "C5": NOTE}
    for group in FAMILY.groups:
        prefix = group.title[:2]
        assert all(rule.id.startswith(prefix) and rule.severity == severities[prefix] for rule in group.rules)
    assert [group.title[:4] for group in FAMILY.groups] == [f"{prefix}xx" for prefix in severities]


@for_each("rule", RULES.values(), ids=list(RULES))
def test_rule_says_why_and_shows_wrong_and_right(rule) -> None:
    assert rule.title and rule.message and rule.fix and rule.why and rule.wrong and rule.right


def test_schema_is_a_schema_with_descriptions_on_everything() -> None:
    Draft7Validator.check_schema(SCHEMA)
    for definition in [SCHEMA, *SCHEMA["definitions"].values()]:
        assert definition["description"]
        for name, field in definition.get("properties", {}).items():
            assert field["description"], name


def test_schema_accepts_the_small_contract() -> None:
    assert Draft7Validator(SCHEMA).is_valid(contract())


@for_each("scope", ["table", "index", "local index", "attribute", "entity"])
def test_schema_refuses_the_fields_that_would_be_lost(scope: str) -> None:
    fields = SCHEMA["definitions"][scope.replace(" ", "_")]["properties"]
    refused = {name for name, field in fields.items() if field.get("not") == {}}
    assert refused == set(LOST[scope, False])


def test_schema_and_reader_have_the_same_lists() -> None:
    definitions = SCHEMA["definitions"]
    assert definitions["attribute"]["properties"]["type"]["enum"] == list(ATTRIBUTE_TYPES)
    assert definitions["table"]["properties"]["lsis"]["maxItems"] == MAX_LOCAL_INDEXES
    for index in ("index", "local_index"):
        assert set(definitions[index]["properties"]) >= set(INCLUDED_FIELDS)
