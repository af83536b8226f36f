"""docs/cost.md says what the code does."""

import re
from pathlib import Path

import jsonschema
import yaml

from scripts.capacity.estimate import GB, OVERHEAD_BYTES
from scripts.capacity.sizing import TABLE_QUOTA, TARGET
from scripts.capacity.throughput import MONTH_HOURS, MONTH_SECONDS, SCALING_ALARMS
from scripts.capacity.traffic_check import problems
from scripts.settings.deployment_file import properties
from tests.capacity.tables import ORDERS

PAGE = (Path(__file__).parents[2] / "docs" / "cost.md").read_text(encoding="utf-8")


def test_the_example_is_legal_and_shows_every_key() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    traffic = yaml.safe_load(text)["tables"]["Orders"]["traffic"]
    jsonschema.validate(traffic, properties()["traffic"], jsonschema.Draft202012Validator)
    assert list(problems(ORDERS, traffic)) == []
    assert traffic.keys() == properties()["traffic"]["properties"].keys()
    index = properties()["traffic"]["properties"]["indexes"]["additionalProperties"]
    assert traffic["indexes"]["ByStatus"].keys() == index["properties"].keys()


def test_the_figures_are_those_of_the_code() -> None:
    for figure in (MONTH_SECONDS, GB, TABLE_QUOTA):
        assert f"{figure:,}" in PAGE
    assert f"{MONTH_HOURS} hours" in PAGE
    assert f"target utilisation of {TARGET} %" in PAGE
    assert f"and {OVERHEAD_BYTES} bytes" in PAGE
    assert {4: "four"}[SCALING_ALARMS] + " alarms that auto scaling creates for each capacity" in PAGE
