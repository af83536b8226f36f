"""Whatever a table is like: read back from AWS it becomes a contract and settings that want it just as it is."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scripts.comparison.compare import compare
from scripts.conversion.adopting_files import adopting_files
from scripts.model import LiveTable
from scripts.problems import ProblemsError
from scripts.properties.exceptions import AS_FOUND
from scripts.templates.desired import table_states
from scripts.templates.template import table_template, to_json
from tests import samples, strategies

KEY = "arn:aws:kms:eu-west-1:111122223333:key/abc"
KINESIS = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders"
PREFIX = "prod-"
units = st.integers(1, 20_000)
percent = st.integers(20, 90)


@st.composite
def limits(draw: st.DrawFn) -> dict[str, int]:
    least, more = draw(units), draw(st.integers(0, 20_000))
    return {"min": least, "max": least + more, "target": draw(percent)}


@st.composite
def settings_of(draw: st.DrawFn, table: dict[str, Any]) -> dict[str, Any]:
    """Settings of a table that show in AWS, every one of them at times."""
    indexes = [index["index_name"] for index in table.get("gsis", ())]
    declared = table.get("attributes") or table["entities"][0]["attributes"]
    numbers = [each["name"] for each in declared if each["type"] == "N"]
    both = st.fixed_dictionaries({"read": limits(), "write": limits()})
    found = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "table_class": st.just("STANDARD_INFREQUENT_ACCESS"),
                "point_in_time_recovery_days": st.integers(1, 35),
                "encryption": st.sampled_from(["aws-managed", "aws-owned", KEY]),
                "stream": st.sampled_from(["KEYS_ONLY", "NEW_AND_OLD_IMAGES"]),
                "kinesis_stream": st.just(KINESIS),
                "contributor_insights": st.sampled_from(["throttled-keys", "all-keys"]),
                "tags": st.dictionaries(st.sampled_from(["Team", "Cost"]), st.sampled_from(["a", "1", "yes"])),
                **({"ttl": st.sampled_from(numbers)} if numbers else {}),
            },
        )
    )
    if draw(st.booleans()):
        found |= {"deletion_protection": False, "deletion_protection_reason": AS_FOUND}
    if found.get("encryption") == "aws-owned":
        found["encryption_reason"] = AS_FOUND
    if "contributor_insights" in found and found.get("encryption") == KEY:
        found["contributor_insights_shows_keys"] = "accepted"
    if draw(st.booleans()):
        of_indexes = {index: draw(both) for index in indexes if draw(st.booleans())}
        found |= {"billing": "provisioned", "capacity": draw(both) | ({"indexes": of_indexes} if of_indexes else {})}
    elif draw(st.booleans()):
        found["on_demand_maximum"] = {"read": draw(units), "write": draw(units)}
    return found


@st.composite
def services(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A contract, and the settings of its tables."""
    contract = draw(strategies.valid_contracts())
    tables = {table["table"]: draw(settings_of(table)) for table in contract["tables"]}
    return contract, tables


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("round_trip")


@given(made=services())
def test_what_is_read_back_wants_the_same_and_has_the_same_template(root: Path, made: Any) -> None:
    contract, tables = made
    environment = {"region": "eu-west-1", "table_prefix": PREFIX, "tables": tables}
    settings = to_json({"environments": {samples.ENVIRONMENT: environment}})
    try:
        before = samples.service(root / "one", contract, settings)
    except ProblemsError:
        assume(False)  # what was drawn does not fit together: another matter
    place = before.environments[0]
    wanted = table_states(before, place)
    lives = [LiveTable.as_deployed(state) for state in wanted]

    files = adopting_files(before.name, place, lives)
    after = samples.service(root / "other", files.contract, files.deployment)
    states = table_states(after, after.environments[0])
    for old, new, live in zip(wanted, states, lives, strict=True):
        differing = [finding for finding in compare(new, live) if finding.outcome != "match"]
        assert differing == []
        templates = [to_json(table_template(state, before.name, place.name)) for state in (old, new)]
        assert templates[0] == templates[1]
