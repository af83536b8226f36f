"""docs/settings.md has every setting; that it is fresh, tests/test_reference_pages.py looks."""

import jsonschema

from scripts.settings.deployment_file import properties, schema
from scripts.settings.settings_page import settings_page
from tests.for_each import for_each


@for_each("key", [*properties(), *schema()["$defs"]["environment"]["properties"]])
def test_the_page_has_every_setting(key: str) -> None:
    rows = [line for line in settings_page().splitlines() if line.startswith(f"| `{key}` |")]
    assert len(rows) == 1
    assert all(cell.strip() for cell in rows[0].strip("|").split(" | "))


@for_each("key", properties())
def test_every_example_may_be_written(key: str) -> None:
    """The example of a setting alone is what the schema allows, wherever a setting may stand."""
    (example,) = properties()[key]["examples"]
    places = {"defaults": {key: example}, "tables": {"Orders": {key: example}}}
    validator = jsonschema.Draft202012Validator(schema())
    environment = {"region": "eu-west-1", key: example, "tables": {"Orders": {key: example}}}
    validator.validate({"environments": {"prod": environment}, **places})
