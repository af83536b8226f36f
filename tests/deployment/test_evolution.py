"""From any valid contract to any other: either it is blocked for a true reason, or it gets there and nothing is lost."""

import copy
import itertools
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scripts import deploy, generate, plan, validate
from scripts.observe.waiting import Clock
from tests import strategies
from tests.local_aws.support import client

ENVIRONMENT = "prod"
ONE_OF = 20  # of the examples that other properties try: each is two whole deployments
SETTINGS: dict[str, tuple[Any, ...]] = {
    "billing": ("on-demand", "provisioned"),
    "stream": ("", "NEW_IMAGE", "KEYS_ONLY"),
    "point_in_time_recovery_days": (7, 35),
    "table_class": ("STANDARD", "STANDARD_INFREQUENT_ACCESS"),
}
SCALED_NAME = 50  # characters; auto scaling makes alarms whose names hold those of table and index, and may have 255
CAPACITY = {"read": {"min": 5, "max": 50}, "write": {"min": 5, "max": 50}}


@st.composite
def stages(draw: st.DrawFn, contract: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A contract with settings for its tables, as the value of a deployment.yaml."""
    tables: dict[str, Any] = {}
    for table in contract["tables"]:
        stated = {name: draw(st.sampled_from(values)) for name, values in SETTINGS.items()}
        numbers = sorted({a["name"] for a in _attributes(table) if a["type"] == "N"} - set(_key_names(table)))
        if numbers and draw(st.booleans()):
            stated["ttl"] = draw(st.sampled_from(numbers))
        longest = max(len(name) for name in (table["table"], *(i["index_name"] for i in table.get("gsis", []))))
        if stated["billing"] == "provisioned" and longest <= SCALED_NAME:
            stated["capacity"] = CAPACITY
        else:
            stated["billing"] = "on-demand"
        tables[table["table"]] = {name: value for name, value in stated.items() if value != ""}
    return contract, {"environments": {ENVIRONMENT: {"region": "eu-west-1"}}, "tables": tables}


@st.composite
def evolutions(draw: st.DrawFn) -> tuple[Any, Any]:
    """Two contracts that have tables in common, most of them with other indexes and settings."""
    before = draw(strategies.valid_contracts(max_tables=2))
    after = copy.deepcopy(before)
    kept = []
    for table in after["tables"]:
        what = draw(st.sampled_from(["indexes", "indexes", "indexes", "another", "gone", "same"]))
        if what == "another":
            table = draw(strategies.tables(table["table"]))
        elif what == "indexes":
            _other_indexes(draw, table)
        if what != "gone":
            kept.append(table)
    taken = {table["table"].casefold() for table in before["tables"]}
    if not kept or draw(st.booleans()):
        name = draw(strategies.names.filter(lambda name: name.casefold() not in taken))
        kept.append(draw(strategies.tables(name)))
    after["tables"] = kept
    return draw(stages(before)), draw(stages(after))


def _other_indexes(draw: st.DrawFn, table: dict[str, Any]) -> None:
    """Some indexes go, some new ones come; seldom one changes under its name, which blocks."""
    keys = [a["name"] for a in _attributes(table) if a["type"] in strategies.KEY_TYPES]
    others = [a["name"] for a in _attributes(table) if a["name"] not in _key_names(table)]
    now = table.get("gsis", [])
    taken = {index["index_name"] for index in [*now, *table.get("lsis", [])]}
    stay = [index for index in now if draw(st.booleans())]
    names = draw(st.lists(strategies.names.filter(lambda name: name not in taken), max_size=3, unique=True))
    if now and draw(st.integers(0, 5)) == 0:
        names = [now[0]["index_name"], *names]
        stay = [index for index in stay if index is not now[0]]
    table_keys = [table["pk"], *([table["sk"]] if table.get("sk") else [])]
    if len(keys) > len(table_keys):
        table["gsis"] = [*stay, *(draw(strategies.indexes(name, table_keys, keys, others)) for name in names)]
    if not table.get("gsis"):
        table.pop("gsis", None)


def _attributes(table: dict[str, Any]) -> list[dict[str, Any]]:
    return table["attributes"] if "attributes" in table else table["entities"][0]["attributes"]


def _key_names(table: dict[str, Any]) -> list[str]:
    names: list[str] = []
    for part in (table, *table.get("gsis", []), *table.get("lsis", [])):
        for value in (part.get("pk"), part.get("sk")):
            names += value if isinstance(value, list) else [value] if value else []
    return names


class Quick(Clock):
    """A clock that waits for nothing: its time passes when somebody waits."""

    passed = 0.0

    def now(self) -> float:
        return super().now() + Quick.passed

    def pause(self, stop: threading.Event, seconds: float) -> bool:
        Quick.passed += seconds
        return stop.is_set()


@settings(
    max_examples=max(3, settings().max_examples // ONE_OF), suppress_health_check=list(HealthCheck), deadline=None
)
@given(evolution=evolutions())
def test_any_contract_becomes_any_other_or_is_blocked_for_a_true_reason(
    evolution: Any, aws: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("scripts.observe.waiting.Clock", Quick)
    root = tmp_path / str(next(_numbers))
    (root / "contracts" / "shop").mkdir(parents=True)
    monkeypatch.chdir(root)
    aws.reset()
    aws.set_clock(ttl_interval=0)  # the time that passes for whoever waits does not pass for it

    def run(main: Any, *options: str) -> tuple[int, str]:
        capsys.readouterr()
        code = main(list(options))
        said = capsys.readouterr()
        return code, said.out + said.err

    def write(contract: Any, deployment: Any) -> None:
        Path("contracts/shop/migrationContract.json").write_text(json.dumps(contract))
        Path("contracts/shop/deployment.yaml").write_text(json.dumps(deployment, ensure_ascii=False))
        code, said = run(generate.main)
        assert code == 0, said

    def planned() -> dict[str, Any]:
        code, said = run(plan.main, "--environment", ENVIRONMENT, "--format", "json")
        assert code in (0, 2, 3), said
        return json.loads(said)

    before, after = evolution
    write(*before)
    code, said = run(deploy.main, "--environment", ENVIRONMENT, "--yes")
    assert code == 0, said
    ids = {table["table"]: _filled(table) for table in before[0]["tables"]}
    write(*after)
    found = planned()
    blocked = {entry["table"] for entry in found["tables"] if entry["action"] == "blocked"}
    assert blocked == _impossible(before[0], after[0])
    code, said = run(deploy.main, "--environment", ENVIRONMENT, "--yes", "--plan-hash", found["plan"])
    assert (code == 0) == (not blocked), said
    if not blocked:
        code, said = run(validate.main, "--environment", ENVIRONMENT, "--wait", "0")
        assert code == 0, said
        assert planned()["exit_code"] == 0
    for name, id in ids.items():
        assert _identity(name) == id, "the same table, with its item"


_numbers = itertools.count()
# The number, read as a time to live, lies in the year 3000: a key attribute may become the TTL attribute.
VALUES: dict[str, Any] = {"S": {"S": "a"}, "N": {"N": "32503680000"}, "B": {"B": b"a"}}


def _filled(table: dict[str, Any]) -> tuple[str, int]:
    """Put an item with every key of a table and of its indexes into it."""
    types = {attribute["name"]: attribute["type"] for attribute in _attributes(table)}
    item = {name: VALUES[types[name]] for name in _key_names(table)}
    client("dynamodb").put_item(TableName=table["table"], Item=item)
    return _identity(table["table"])


def _identity(name: str) -> tuple[str, int]:
    table = client("dynamodb").describe_table(TableName=name)["Table"]
    return table["TableId"], client("dynamodb").scan(TableName=name)["Count"]


def _impossible(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """The tables whose change DynamoDB cannot make, judged from the contracts alone."""
    old = {table["table"]: table for table in before["tables"]}
    return {table["table"] for table in after["tables"] if table["table"] in old and _bars(old[table["table"]], table)}


def _bars(old: dict[str, Any], new: dict[str, Any]) -> bool:
    def typed(table: dict[str, Any], names: Any) -> list[tuple[str, str]]:
        types = {attribute["name"]: attribute["type"] for attribute in _attributes(table)}
        return [(name, types[name]) for name in (names if isinstance(names, list) else [names]) if name]

    def keys(table: dict[str, Any]) -> Any:
        return typed(table, table["pk"]), typed(table, table.get("sk"))

    def indexes(table: dict[str, Any], field: str) -> dict[str, Any]:
        return {
            index["index_name"]: (
                typed(table, index.get("pk") or table["pk"]),
                typed(table, index.get("sk")),
                index.get("projection") or "ALL",
                sorted(index.get("projected_attributes", [])),
            )
            for index in table.get(field, [])
        }

    old_global, new_global = indexes(old, "gsis"), indexes(new, "gsis")
    old_types, new_types = (dict(typed(table, _key_names(table))) for table in (old, new))
    return (
        keys(old) != keys(new)
        or indexes(old, "lsis") != indexes(new, "lsis")
        or any(new_global[name] != index for name, index in old_global.items() if name in new_global)
        or any(old_types[name] != type for name, type in new_types.items() if name in old_types)
    )
