"""The settings of a table, each with the line that states it."""

import shutil
from pathlib import Path

import pytest

from scripts.explain import main
from scripts.settings.deployment_file import properties
from tests import samples

SETTINGS = """\
environments:
  prod-eu-west-1:
    region: eu-west-1
    tags: {Stage: live}
    tables: {Orders: {point_in_time_recovery_days: 7}}
defaults:
  tags: {Team: shop, Stage: none}
  capacity: {read: {min: 5, max: 50}}
tables:
  Orders:
    billing: provisioned
    capacity:
      write: {min: 5, max: 50}
      indexes: {ByDay: {read: {min: 1, max: 9}}}
  Prices: {billing: on-demand, capacity: {}}
"""


def explained(root: Path, table: str, capsys: pytest.CaptureFixture[str]) -> dict[str, tuple[str, str]]:
    """Each setting that is told, with its value and where it comes from."""
    contracts = samples.write_service(root, settings=SETTINGS)
    options = ["--contracts", str(contracts), "--table", table]
    assert main(options) == 0
    rows = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()]
    file = f"{contracts}/shop/deployment.yaml:"
    return {
        key: (rest.split("  ")[0], rest.rpartition("  ")[2].replace(file, "") if "  " in rest else "")
        for key, rest in rows
    }


def test_every_value_is_told_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = explained(tmp_path, "Orders", capsys)
    assert found["billing"][0] == '"provisioned"'
    lines = (tmp_path / "contracts" / "shop" / "deployment.yaml").read_text().splitlines()
    out = {key: origin for key, (_, origin) in found.items()}
    assert out["ttl"] == out["resource_policy"] == "default"
    assert out["tags.Team"] == "defaults.tags.Team"
    assert out["tags.Stage"] == "environments.prod-eu-west-1.tags.Stage"
    assert out["capacity.read"] == "defaults.capacity.read"
    assert out["capacity.write"] == "tables.Orders.capacity.write"
    assert out["capacity.indexes.ByDay.read"] == "tables.Orders.capacity.indexes.ByDay.read"
    days = "environments.prod-eu-west-1.tables.Orders.point_in_time_recovery_days"
    assert found["point_in_time_recovery_days"] == ("7", days)
    assert "point_in_time_recovery_days" in lines[4]
    assert {key.split(".")[0] for key in found} == set(properties()), "no setting is left out"


def test_the_line_is_that_of_the_value(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    contracts = samples.write_service(tmp_path, settings=SETTINGS)
    main(["--contracts", str(contracts), "--environment", "prod-eu-west-1", "--table", "Orders"])
    told = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    for key, line in {"billing": 11, "capacity.write": 13, "tags.Stage": 4, "point_in_time_recovery_days": 5}.items():
        assert f"{contracts}/shop/deployment.yaml:{line}  " in told[key]


def test_what_was_taken_away_is_told_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert explained(tmp_path, "Prices", capsys)["capacity"] == ("{}", "tables.Prices.capacity")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ((), "Which table? Say it with --table: Orders, Prices.\n"),
        (("--environment", "prod", "--table", "Orders"), 'There is no environment "prod". Known: prod-eu-west-1.\n'),
        (("--table", "orders"), 'There is no table "orders". Known: Orders, Prices.\n'),
        (("--service", "shoe", "--table", "Orders"), "shoe"),
    ],
)
def test_what_is_not_there_is_told_in_a_line(
    tmp_path: Path, asked: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    contracts = samples.write_service(tmp_path, settings=SETTINGS)
    assert main(["--contracts", str(contracts), *asked]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert told in err
    assert "Nothing was explained." in err
    assert "Traceback" not in err


def test_of_several_services_one_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    contracts = samples.write_service(tmp_path, settings=SETTINGS)
    shutil.copytree(contracts / "shop", contracts / "store")
    settings = contracts / "store" / "deployment.yaml"
    settings.write_text(SETTINGS.replace("region:", "table_prefix: store-\n    region:"))
    assert main(["--contracts", str(contracts), "--table", "Orders"]) == 1
    assert "Which service? Say it with --service: shop, store." in capsys.readouterr().err
    assert main(["--contracts", str(contracts), "--table", "Orders", "--service", "store"]) == 0
    assert "store/deployment.yaml" in capsys.readouterr().out
