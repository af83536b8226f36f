"""Whatever a table is like: read back from AWS it becomes a contract and settings that want it just as it is."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, example, given, settings
from hypothesis import strategies as st

from scripts.comparison.compare import compare
from scripts.conversion.adopting_files import adopting_files
from scripts.conversion.live_tables import read_live
from scripts.model import LiveTable
from scripts.observe.aws import Aws
from scripts.observe.batch_reader import BatchReader
from scripts.problems import ProblemsError
from scripts.project.services import Service
from scripts.properties.exceptions import AS_FOUND
from scripts.templates.desired import table_states
from scripts.templates.template import table_template, to_json
from tests import samples, strategies

KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
KINESIS = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders"
PREFIX = "prod-"
READER = "arn:aws:iam::111122223333:role/reader"
TWO_INDEXES: Any = (
    {
        "tables": [
            {
                "table": "Orders",
                "type": "single-entity",
                "pk": "id",
                "gsis": [{"index_name": "Second", "pk": "b"}, {"index_name": "First", "pk": "b"}],
                "attributes": [{"name": "id", "type": "S"}, {"name": "b", "type": "S"}],
            }
        ]
    },
    {"Orders": {"billing": "provisioned", "capacity": {"read": {"min": 1, "max": 1}, "write": {"min": 1, "max": 1}}}},
)
units = st.integers(1, 20_000)
percent = st.integers(20, 90)


def policy(table: str) -> dict[str, Any]:
    arn = f"arn:aws:dynamodb:eu-west-1:111122223333:table/{PREFIX}{table}"
    statement = {"Effect": "Allow", "Principal": {"AWS": READER}, "Action": "dynamodb:GetItem", "Resource": arn}
    return {"Version": "2012-10-17", "Statement": [statement]}


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
                "resource_policy": st.just(policy(table["table"])),
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


def service_of(root: Path, made: tuple[dict[str, Any], dict[str, Any]]) -> Service:
    """The service, read from disk; what was drawn and does not fit together is another matter."""
    contract, tables = made
    environment = {"region": "eu-west-1", "table_prefix": PREFIX, "tables": tables}
    try:
        return samples.service(root, contract, to_json({"environments": {samples.ENVIRONMENT: environment}}))
    except ProblemsError:
        assume(False)
        raise


def templates(service: Service) -> list[str]:
    """The template of each table."""
    place = service.environments[0]
    return [to_json(table_template(state, service.name, place.name)) for state in table_states(service, place)]


@given(made=services())
def test_what_is_read_back_wants_the_same_and_has_the_same_template(root: Path, made: Any) -> None:
    before = service_of(root / "one", made)
    place = before.environments[0]
    lives = [LiveTable.as_deployed(state) for state in table_states(before, place)]

    files = adopting_files(before.name, place, lives)
    after = samples.service(root / "other", files.contract, files.deployment)
    for state, live in zip(table_states(after, after.environments[0]), lives, strict=True):
        assert [finding for finding in compare(state, live) if finding.outcome != "match"] == []
    assert templates(after) == templates(before)


@settings(
    max_examples=max(8, settings.default.max_examples // 30),
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(made=TWO_INDEXES)
@given(made=services())
def test_what_is_deployed_and_read_back_wants_the_same(root: Path, aws: Any, made: Any) -> None:
    """As above, but what is read is what the local AWS has made of the template. Streams and keys of others are not there."""
    for of_table in made[1].values():
        of_table.pop("kinesis_stream", None)
        of_table.pop("encryption", None)
        of_table.pop("encryption_reason", None)
    for table in made[0]["tables"]:  # the longest names leave no room for the alarms of auto scaling
        assume(max(map(len, [table["table"], *(each["index_name"] for each in table.get("gsis", ()))])) < 100)
    before = service_of(root / "one", made)
    aws.reset()
    place, connection = before.environments[0], Aws("eu-west-1")
    cloudformation = connection.client("cloudformation")
    names = []
    for number, state in enumerate(table_states(before, place)):
        template = table_template(replace(state, alarms=()), before.name, place.name)
        cloudformation.create_stack(StackName=f"dynamodb-x-{number}", TemplateBody=to_json(template))
        cloudformation.get_waiter("stack_create_complete").wait(
            StackName=f"dynamodb-x-{number}", WaiterConfig={"Delay": 0}
        )
        names.append(state.name)
    lives = read_live(connection, names, BatchReader(connection, []))
    files = adopting_files(before.name, place, lives)
    after = samples.service(root / "other", files.contract, files.deployment)
    for state, live in zip(table_states(after, after.environments[0]), lives, strict=True):
        differing = [each for each in compare(state, live) if each.outcome != "match" and each.group != "Alarms"]
        assert differing == []
    assert templates(after) == templates(before)
