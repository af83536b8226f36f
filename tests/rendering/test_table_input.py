"""Rendering only the tables that changed gives the files of rendering everything, whatever changed."""

import contextlib
import copy
import json
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from scripts.problems import ProblemsError
from scripts.project.services import Service
from scripts.rendering.cache import CacheEntry
from scripts.rendering.service_files import Rendering
from scripts.rendering.table_input import table_inputs
from scripts.rendering.table_summary import TableSummary
from tests import samples
from tests.for_each import for_each

PLACES: dict[str, Any] = {
    "dev-us-east-1": {"region": "us-east-1"},
    "prod-eu-west-1": {"region": "eu-west-1", "table_prefix": "prod-"},
}


def base() -> tuple[dict[str, Any], dict[str, Any]]:
    """A contract of four tables with a pattern for one of them and one for none, and settings."""
    tables = [
        samples.orders(),
        *({**copy.deepcopy(samples.PRICES), "table": name} for name in ("Prices", "Stock", "Sales")),
    ]
    patterns = [
        {"pattern_id": "AP1", "table_name": "Orders", "operation": "GetItem", "design_rps": 5, "item_size_bytes": 900},
        {"pattern_id": "AP2", "description": "Find the orders of a customer"},
    ]
    return {"tables": tables, "access_patterns": patterns}, {
        "environments": copy.deepcopy(PLACES),
        "tables": {"Orders": {"ttl": "expires_at"}},
    }


Edit = Callable[[dict[str, Any], dict[str, Any]], object]
EDITS: dict[str, Edit] = {
    "a table goes": lambda contract, _: contract["tables"].pop(1),
    "a table comes": lambda contract, _: contract["tables"].insert(1, {**samples.PRICES, "table": "New"}),
    "a table is renamed": lambda contract, _: contract["tables"][-1].update(table="Renamed"),
    "the order of tables": lambda contract, _: contract["tables"].reverse(),
    "an index goes": lambda contract, _: contract["tables"][0].get("gsis", [0]).pop(),
    "an attribute comes": lambda contract, _: contract["tables"][1].setdefault("attributes", []).append({"name": "more", "type": "S"}),
    "a size is stated": lambda contract, _: contract["tables"][1].update(estimated_item_size_bytes=2_000, item_count=10),
    "a pattern comes": lambda contract, _: contract["access_patterns"].append(
        {"pattern_id": "AP3", "table_name": "Prices", "operation": "PutItem", "design_rps": 70}
    ),
    "a pattern of no table is told otherwise": lambda contract, _: contract["access_patterns"][1].update(pattern_id="AP9"),
    "a table serves a pattern": lambda contract, _: contract["tables"][-1].update(satisfies=["AP2"]),
    "a general setting": lambda _, stated: stated.update(defaults={"point_in_time_recovery_days": 9}),
    "a tag of one table": lambda _, stated: stated["tables"].update(Prices={"tags": {"Team": "prices"}}),
    "a setting of one table in one environment": lambda _, stated: stated["environments"]["prod-eu-west-1"].update(
        tables={"Orders": {"stream": "NEW_IMAGE", "on_demand_maximum": {"read": 100, "write": 50}}}
    ),
    "provisioned": lambda _, stated: stated["tables"].update(
        Orders={"billing": "provisioned", "capacity": {"read": {"min": 1, "max": 9}, "write": {"min": 2, "max": 2}}}
    ),
    "fewer alarms": lambda _, stated: stated.update(defaults={"alarms": "essential"}),
    "a prefix": lambda _, stated: stated["environments"]["dev-us-east-1"].update(table_prefix="dev-"),
    "a Region": lambda _, stated: stated["environments"]["dev-us-east-1"].update(region="eu-central-1"),
    "an environment comes": lambda _, stated: stated["environments"].update({"far": {"region": "mx-central-1", "table_prefix": "far-"}}),
    "an environment goes": lambda _, stated: stated["environments"].pop("prod-eu-west-1", None),
    "the order of environments": lambda _, stated: stated.update(environments=dict(reversed(stated["environments"].items()))),
    "a key of the service": lambda _, stated: stated["tables"].update(Orders={"encryption": "service-key"}),
    "nothing": lambda _contract, _stated: None,
}  # fmt: skip


def service(contract: dict[str, Any], stated: dict[str, Any]) -> Service:
    with tempfile.TemporaryDirectory() as folder:
        return samples.service(Path(folder), contract, json.dumps(stated))


@pytest.fixture(scope="module")
def first() -> tuple[CacheEntry, dict[str, str]]:
    """What was made of `base`, as it is remembered, and the files that are there: path to digest."""
    rendering = Rendering(service(*base()))
    present = {path: found.digest for path, found in rendering.files().items()}
    return CacheEntry(**json.loads(json.dumps(rendering.made("", present)._asdict()))), present


@settings(max_examples=settings().max_examples // 2)
@given(names=st.lists(st.sampled_from(list(EDITS)), min_size=1, max_size=3, unique=True), lost=st.integers(0, 80))
def test_whatever_changes_the_files_are_right(
    first: tuple[CacheEntry, dict[str, str]], names: list[str], lost: int
) -> None:
    contract, stated = base()
    for name in names:
        with contextlib.suppress(KeyError):  # another edit took away what this one is about
            EDITS[name](contract, stated)
    made, present = first
    present = {path: found for number, (path, found) in enumerate(present.items()) if number != lost}
    try:
        edited = service(contract, stated)
    except ProblemsError:
        reject()  # the edits do not go together
    expected = Rendering(edited).files()
    found = Rendering(edited, made, present).files()
    assert {path: one.digest for path, one in found.items()} == {path: one.digest for path, one in expected.items()}
    for path, one in found.items():
        assert one.text == (None if present.get(path) == one.digest else expected[path].text)


@for_each(
    ("edit", "rendered"),
    [
        ("nothing", []),
        ("an attribute comes", ["Prices"]),
        ("a tag of one table", ["Prices"]),
        ("a pattern comes", ["Prices"]),
        ("a table is renamed", ["Renamed"]),
        ("a general setting", ["Orders", "Prices", "Stock", "Sales"]),
    ],
)
def test_only_what_changed_is_rendered(
    first: tuple[CacheEntry, dict[str, str]], edit: str, rendered: list[str]
) -> None:
    contract, stated = base()
    EDITS[edit](contract, stated)
    assert Rendering(service(contract, stated), *first).tables == rendered


def test_facts_are_remembered_as_they_are() -> None:
    contract, stated = base()
    for edit in ("provisioned", "a prefix", "a pattern comes", "a size is stated"):
        EDITS[edit](contract, stated)
    stated["tables"]["Prices"] = {
        "stream": "NEW_IMAGE",
        "on_demand_maximum": {"read": 100},
        "latency_p99_ms": {"GetItem": 9},
    }
    edited = service(contract, stated)
    made = Rendering(edited).made("", {})
    again = Rendering(edited)
    for cut, table in zip(table_inputs(edited), again._tables, strict=True):
        assert made.tables[cut.table.name][0] == cut.key
        for place in edited.environments:
            row = json.loads(json.dumps(made.tables[cut.table.name][1][place.name]))
            assert TableSummary.from_json(row, cut.table) == table.facts[place.name]


def test_the_address_of_the_repository_is_in_every_key(tmp_path: Path) -> None:
    found = samples.service(tmp_path)
    moved = replace(found, repository="https://github.com/example/tables")
    assert all(one.key != other.key for one, other in zip(table_inputs(found), table_inputs(moved), strict=True))
