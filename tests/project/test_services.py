"""Finding the services under contracts/: nothing that looks like one is passed over, and no two get in each other's way."""

from pathlib import Path

import pytest

from scripts.problems import Problem, ProblemsError
from scripts.project.services import read_services
from tests import samples
from tests.for_each import for_each

PLAIN = "environments: {{{}: {{region: {}}}}}\n"


def problems(contracts: Path, only: str | None = None) -> list[Problem]:
    with pytest.raises(ProblemsError) as caught:
        read_services(contracts, only)
    return list(caught.value.problems)


def one_table(name: str) -> dict[str, object]:
    return {"tables": [{**samples.PRICES, "table": name}]}


def test_services_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("zoo", "a1", "m-n"):
        contracts = samples.write_service(tmp_path, name, one_table(f"table-{name}"), PLAIN.format("prod", "eu-west-1"))
    (contracts / ".git").mkdir()
    (contracts / "README.md").write_text("hello")
    (contracts / "zoo" / "notes.txt").write_text("hello")
    (contracts / "zoo" / "deployment.yaml.orig").write_text("hello")
    assert [service.name for service in read_services(contracts)] == ["a1", "m-n", "zoo"]
    assert [service.name for service in read_services(contracts, "m-n")] == ["m-n"]


def test_a_service_holds_contract_settings_and_doubts(tmp_path: Path) -> None:
    settings = "environments: {prod: {region: eu-west-1}}\ntables: {Orders: {ttl: nothing}}\n"
    service = samples.service(tmp_path, settings=settings)
    assert [table.name for table in service.contract.tables] == ["Orders", "Prices"]
    assert [environment.name for environment in service.environments] == ["prod"]
    doubts = [(warning.id, warning.line) for warning in service.warnings if warning.severity == "warning"]
    assert doubts == [("S205", 2)]
    assert {warning.id for warning in service.warnings if warning.severity == "note"} == {"C513"}


@for_each("name", ["Shop", "shop_api", "a", "-shop", "shöp", "x" * 62, "shop.api", "two words"])
def test_names_that_no_service_can_have(tmp_path: Path, name: str) -> None:
    contracts = samples.write_service(tmp_path, name)
    (problem,) = problems(contracts)
    assert problem.file == str(contracts / name)
    assert problem.message == f'"{name}" cannot be the name of a service.'
    assert problem.fix.startswith("Rename the folder")


@for_each("name", ["con", "nul", "aux", "com1"])
def test_names_that_windows_keeps(tmp_path: Path, name: str) -> None:
    (problem,) = problems(samples.write_service(tmp_path, name))
    assert problem.message == f'"{name}" cannot be the name of a service.'
    assert "Windows" in problem.fix


@for_each("name", ["ab", "1a", "x" * 61, "a-b-c", "console"])
def test_names_that_a_service_can_have(tmp_path: Path, name: str) -> None:
    assert [service.name for service in read_services(samples.write_service(tmp_path, name))] == [name]


def test_a_folder_without_a_contract(tmp_path: Path) -> None:
    contracts = samples.write_service(tmp_path)
    (contracts / "empty").mkdir()
    (problem,) = problems(contracts)
    assert problem.file == str(contracts / "empty" / "migrationContract.json")
    assert problem.message == "The file is missing."


@for_each("name", ["deployment.yml", "Deployment.yaml", "deployment.json", "deployments.yaml", "deployment.prod.yaml"])
def test_settings_that_nothing_would_read(tmp_path: Path, name: str) -> None:
    contracts = samples.write_service(tmp_path, settings=None)
    (contracts / samples.SERVICE / name).write_text(samples.SETTINGS)
    (problem,) = problems(contracts)
    assert problem.file == str(contracts / samples.SERVICE / name)
    assert problem.message == "Nothing reads this file."
    assert '"deployment.yaml"' in problem.fix


@for_each("name", ["migrationContract2.json", "migrationContract (1).json", "sub/migrationContract.json"])
def test_contracts_that_nothing_would_read(tmp_path: Path, name: str) -> None:
    contracts = samples.write_service(tmp_path)
    file = contracts / samples.SERVICE / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("{}")
    (problem,) = problems(contracts)
    assert (problem.file, problem.message) == (str(file), "Nothing reads this file.")


def test_a_region_is_looked_at_whatever_the_contract_says(tmp_path: Path) -> None:
    contracts = samples.write_service(tmp_path, settings="environments: {dev: {region: eu-wset-1, after: [dve]}}\n")
    (contracts / samples.SERVICE / "migrationContract.json").write_text("{")
    assert {problem.id for problem in problems(contracts)} >= {"S251", "S222", "C114"}


@pytest.mark.parametrize("name", ["migrationContract.json", "deployment.yaml"])
def test_a_file_beside_the_services(tmp_path: Path, name: str) -> None:
    contracts = samples.write_service(tmp_path)
    (contracts / name).write_text("{}")
    (problem,) = problems(contracts)
    assert problem.file == str(contracts / name)
    assert "<service>" in problem.fix


@for_each("link", ["folder", "migrationContract.json", "deployment.yaml"])
def test_symbolic_links(tmp_path: Path, link: str) -> None:
    contracts = samples.write_service(tmp_path)
    service = contracts / samples.SERVICE
    target = (tmp_path / "elsewhere") if link == "folder" else tmp_path / link
    linked = service if link == "folder" else service / link
    linked.rename(target)
    linked.symlink_to(target)
    (problem,) = problems(contracts)
    assert problem.file == str(service)
    assert "symbolic link" in problem.message


def test_a_symbolic_link_that_leads_nowhere(tmp_path: Path) -> None:
    contracts = samples.write_service(tmp_path)
    (contracts / "gone").symlink_to(tmp_path / "nowhere")
    (problem,) = problems(contracts)
    assert (problem.file, "symbolic link" in problem.message) == (str(contracts / "gone"), True)


def test_no_folder_and_no_service(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path / "contracts")
    assert (problem.message, problem.fix.startswith("Create ")) == ("There is no such folder.", True)
    (tmp_path / "contracts").mkdir()
    assert read_services(tmp_path / "contracts") == ()


@for_each("only", ["nowhere", ".", "..", "", "shop/../shop"])
def test_a_service_that_is_not_there(tmp_path: Path, only: str) -> None:
    contracts = samples.write_service(tmp_path)
    (problem,) = problems(contracts, only)
    assert problem.message == f'There is no service "{only}" here.'
    assert problem.fix == "The services are: shop."


def test_all_problems_of_all_services_at_once(tmp_path: Path) -> None:
    samples.write_service(tmp_path, "one", '{"tables": []}')
    samples.write_service(tmp_path, "two", settings="environments: {prod: {region: moon}}\ndefaults: {ttll: x}\n")
    samples.write_service(tmp_path, "Three")
    contracts = samples.write_service(tmp_path, "four")
    found = problems(contracts)
    assert [Path(p.file).relative_to(contracts).parts[0] for p in found] == ["Three", "one", "two", "two"]
    assert [p.line for p in found if "two" in p.file] == [1, 2]
    assert [p.name for p in read_services(contracts, "four")] == ["four"]


# settings of two services with one table of the same name, and whether that can be
SHARED = {
    "same Region": ("region: eu-west-1", "region: eu-west-1", False),
    "other Region": ("region: eu-west-1", "region: us-east-1", True),
    "other prefix": ("region: eu-west-1", "region: eu-west-1, table_prefix: a-", True),
    "same prefix": ("region: eu-west-1, table_prefix: a-", "region: eu-west-1, table_prefix: a-", False),
    "other account": ("region: eu-west-1, account: '111122223333'", "region: eu-west-1, account: '444455556666'", True),
    "same account": ("region: eu-west-1, account: '111122223333'", "region: eu-west-1, account: '111122223333'", False),
    "other account open": ("region: eu-west-1", "region: eu-west-1, account: '111122223333'", False),
    "one account open": ("region: eu-west-1, account: '111122223333'", "region: eu-west-1", False),
}


@for_each(("one", "other", "good"), SHARED.values(), ids=SHARED)
def test_one_table_belongs_to_one_service(tmp_path: Path, one: str, other: str, good: bool) -> None:
    samples.write_service(tmp_path, "one", one_table("Users"), f"environments: {{prod: {{{one}}}}}\n")
    contracts = samples.write_service(tmp_path, "two", one_table("Users"), f"environments:\n  prod: {{{other}}}\n")
    if good:
        assert len(read_services(contracts)) == 2
        return
    (problem,) = problems(contracts)
    assert (problem.id, problem.file, problem.line) == ("S206", str(contracts / "two" / "deployment.yaml"), 2)
    assert "also belongs to one, environment prod (here: two, environment prod)" in problem.message
    assert "table_prefix" in problem.fix


def test_two_environments_of_a_service_in_one_region(tmp_path: Path) -> None:
    settings = "environments:\n  dev: {region: eu-west-1}\n  prod: {region: eu-west-1}\n"
    (problem,) = problems(samples.write_service(tmp_path, settings=settings))
    assert (problem.id, problem.line) == ("S206", 3)
    assert problem.message.startswith('Tables "Orders", "Prices" in eu-west-1 also belong to ')


def test_many_tables_that_another_service_has_are_one_problem(tmp_path: Path) -> None:
    made = {"tables": [{**samples.PRICES, "table": f"Tab{number}"} for number in range(7)]}
    for name in ("one", "two"):
        contracts = samples.write_service(tmp_path, name, made, "environments: {prod: {region: eu-west-1}}\n")
    (problem,) = problems(contracts)
    assert problem.message.startswith(
        'Tables "Tab0", "Tab1", "Tab2" and 4 more in eu-west-1 also belong to one, environment '
    )


# service, table and environment of two services whose names, joined, are the same
JOINED = {
    "shared stack and table": (("shop", "api", "prod"), ("shop-api", "Orders", "prod"), "dynamodb-prod-shop-api"),
    "two tables": (("shop", "api-keys", "prod"), ("shop-api", "keys", "prod"), "dynamodb-prod-shop-api-keys"),
    "environment and service": (("eu-shop", "T-1", "prod"), ("shop", "T-1", "prod-eu"), "dynamodb-prod-eu-shop"),
}


@for_each(("one", "other", "stack"), JOINED.values(), ids=JOINED)
@for_each("regions", [("eu-west-1", "eu-west-1"), ("eu-west-1", "us-east-1")])
def test_one_stack_belongs_to_one_service(
    tmp_path: Path, one: tuple[str, str, str], other: tuple[str, str, str], stack: str, regions: tuple[str, str]
) -> None:
    for (name, table, environment), region, prefix in zip((one, other), regions, ("a-", "b-"), strict=True):
        settings = f"environments: {{{environment}: {{region: {region}, table_prefix: {prefix}}}}}\n"
        contracts = samples.write_service(tmp_path, name, one_table(table), settings)
    if regions[0] != regions[1]:
        assert len(read_services(contracts)) == 2
        return
    messages = [p.message for p in problems(contracts) if p.id == "P002"]
    assert messages, "two services took one stack"
    assert messages[0].startswith(f'Stack "{stack}" would be that of ')


def test_services_agree_on_the_order_of_environments(tmp_path: Path) -> None:
    places = "dev: {{region: eu-west-1{}}}, test: {{region: us-east-1{}}}"
    samples.write_service(
        tmp_path, "one", one_table("Ones"), f"environments: {{{places.format('', ', after: [dev]')}}}\n"
    )
    contracts = samples.write_service(
        tmp_path, "two", one_table("Twos"), f"environments: {{{places.format(', after: [test]', '')}}}\n"
    )
    (problem,) = problems(contracts)
    assert (problem.id, problem.file) == ("P004", str(contracts / "two" / "deployment.yaml"))
    assert problem.path == "environments.dev.after"
    assert problem.message.endswith('The order goes in a circle: "dev" after "test" after "dev".')


def test_a_contract_that_cannot_be_used_hides_no_problem_of_the_settings(tmp_path: Path) -> None:
    contracts = samples.write_service(tmp_path, settings="environments:\n  dev: {regin: us-east-1}\n")
    (contracts / "shop" / "migrationContract.json").write_text('{"tables": []}')
    with pytest.raises(ProblemsError) as raised:
        read_services(contracts)
    assert {Path(problem.file).name for problem in raised.value.problems} == {
        "migrationContract.json",
        "deployment.yaml",
    }
