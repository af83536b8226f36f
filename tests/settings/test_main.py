"""Reading a deployment.yaml as a whole: values, doubts, or every problem."""

from pathlib import Path

import jsonschema
import pytest

from scripts.model import Contract
from scripts.problems import ProblemsError
from scripts.project.settings_reader import read_settings
from scripts.settings.__main__ import main
from scripts.settings.deployment_file import properties, schema
from scripts.settings.settings_page import settings_page
from tests import samples

NO_TABLES = Contract(())


def test_a_missing_file_is_one_open_environment(tmp_path: Path) -> None:
    settings, doubts = read_settings(tmp_path / "deployment.yaml", NO_TABLES)
    assert [e.name for e in settings.environments] == ["default"]
    assert doubts == []


def test_values_come_from_the_file(tmp_path: Path) -> None:
    service = samples.service(tmp_path)
    assert [(e.name, e.region) for e in service.environments] == [
        ("dev-us-east-1", "us-east-1"),
        ("prod-eu-west-1", "eu-west-1"),
    ]
    assert service.settings.of("prod-eu-west-1", "Orders")["ttl"] == "expires_at"


def test_doubts_do_not_stop_but_errors_bring_them_along(tmp_path: Path) -> None:
    doubtful = "environments: {prod: {region: eu-west-1}}\ntables: {Orders: {ttl: nothing}}\n"
    _, doubts = read_settings(_written(tmp_path, doubtful), samples.service(tmp_path).contract)
    assert [p.id for p in doubts] == ["S205"]
    wrong = doubtful + "defaults:\n  encryption: arn:aws:kms:us-east-1:111122223333:key/1\n"
    with pytest.raises(ProblemsError) as caught:
        read_settings(_written(tmp_path, wrong), samples.service(tmp_path).contract)
    assert [(p.line, p.id, p.severity) for p in caught.value.problems] == [(2, "S205", "warning"), (4, "S203", "error")]


def _written(root: Path, text: str) -> Path:
    path = root / "settings.yaml"
    path.write_text(text)
    return path


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
    """Each setting that `--explain` tells, with its value and where it comes from."""
    contracts = samples.write_service(root, settings=SETTINGS)
    options = ["--contracts", str(contracts), "--explain", "shop", "prod-eu-west-1", table]
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
    main(["--contracts", str(contracts), "--explain", "shop", "prod-eu-west-1", "Orders"])
    told = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    for key, line in {"billing": 11, "capacity.write": 13, "tags.Stage": 4, "point_in_time_recovery_days": 5}.items():
        assert f"{contracts}/shop/deployment.yaml:{line}  " in told[key]


def test_what_was_taken_away_is_told_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert explained(tmp_path, "Prices", capsys)["capacity"] == ("{}", "tables.Prices.capacity")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("shop", "prod", "Orders"), 'shop has no environment "prod". It has: prod-eu-west-1.\n'),
        (("shop", "prod-eu-west-1", "orders"), 'shop has no table "orders". It has: Orders, Prices.\n'),
        (("shoe", "prod-eu-west-1", "Orders"), "shoe"),
    ],
)
def test_what_is_not_there_is_told_in_a_line(
    tmp_path: Path, asked: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    contracts = samples.write_service(tmp_path, settings=SETTINGS)
    assert main(["--contracts", str(contracts), "--explain", *asked]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert told in err
    assert "Traceback" not in err


def test_without_an_option_it_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([])
    assert caught.value.code == 2
    assert "use --explain or --write-page" in capsys.readouterr().err


def test_the_page_is_fresh(tmp_path: Path) -> None:
    page = tmp_path / "settings.md"
    assert main(["--write-page", str(page)]) == 0
    written = Path(__file__).parent.parent.parent / "docs" / "settings.md"
    assert page.read_text() == written.read_text(), "run: python -m scripts.settings --write-page docs/settings.md"


@pytest.mark.parametrize("key", [*properties(), *schema()["$defs"]["environment"]["properties"]])
def test_the_page_has_every_setting(key: str) -> None:
    rows = [line for line in settings_page().splitlines() if line.startswith(f"| `{key}` |")]
    assert len(rows) == 1
    assert all(cell.strip() for cell in rows[0].strip("|").split(" | "))


@pytest.mark.parametrize("key", properties())
def test_every_example_may_be_written(tmp_path: Path, key: str) -> None:
    """The example of a setting alone is what the schema allows, wherever a setting may stand."""
    (example,) = properties()[key]["examples"]
    places = {"defaults": {key: example}, "tables": {"Orders": {key: example}}}
    validator = jsonschema.Draft202012Validator(schema())
    environment = {"region": "eu-west-1", key: example, "tables": {"Orders": {key: example}}}
    validator.validate({"environments": {"prod": environment}, **places})
