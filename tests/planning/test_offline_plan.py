"""The plan against another revision of the contracts: from the files alone, without any access to AWS."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from scripts import plan
from tests import samples, working_copy
from tests.samples import PRICES, SETTINGS, orders, write_service

PROD, DEV = "prod-eu-west-1", "dev-us-east-1"


class Repository:
    """A git repository with one service, committed as it was; and what the plan says of what it is like now."""

    def __init__(self, root: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.root, self._capture = root, capture
        self.out = self.err = ""
        working_copy.git(root, "init", "--quiet")
        self.write()
        self.commit()

    def write(self, contract: Any = None, settings: str | None = SETTINGS) -> None:
        write_service(self.root, contract=contract, settings=settings)

    def commit(self) -> None:
        working_copy.git(self.root, "add", "--all")
        author = ("-c", "user.name=Test", "-c", "user.email=test@example.com")
        working_copy.git(self.root, *author, "commit", "--quiet", "--allow-empty", "-m", "change")

    def plan(self, *options: str, against: str = "HEAD") -> int:
        self._capture.readouterr()
        code = plan.main(["--against", against, *options])
        self.out, self.err = self._capture.readouterr()
        return code

    def of(self, environment: str = PROD, *options: str) -> dict[str, Any]:
        """The plan of one environment, and its entries by table."""
        code = self.plan("--environment", environment, "--format", "json", *options)
        found = json.loads(self.out)
        assert found["exit_code"] == code
        return found | {"tables": {entry["table"]: entry for entry in found["tables"]}}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Repository:
    for name in [name for name in os.environ if name.startswith(("AWS_", "GIT_"))]:
        monkeypatch.delenv(name)

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("a plan against a revision asks AWS nothing")

    monkeypatch.setattr("scripts.observe.aws.Aws.__init__", refuse)
    monkeypatch.setattr("boto3.Session.client", refuse)
    monkeypatch.chdir(tmp_path)
    return Repository(tmp_path, capsys)


def test_without_an_environment_every_environment_is_planned(repository: Repository) -> None:
    assert repository.plan() == 0
    assert f"for {DEV}, Region us-east-1, against HEAD, without AWS access: 2 unchanged" in repository.out
    first = repository.out
    table = orders()
    table["gsis"] = table["gsis"][:1]
    repository.write({"tables": [table, PRICES]}, SETTINGS.replace("table_prefix: prod-", "table_prefix: prod-"))
    assert repository.plan("--format", "markdown", "--report", "out") == 2
    assert repository.out.startswith("## Plan\n\n| Environment | Region | Tables | Risks | Plan |\n")
    for name, prefix in ((DEV, ""), (PROD, "prod-")):
        found = json.loads(Path("out", name, "plan.json").read_text())
        assert (found["environment"], found["account"], found["against"], found["exit_code"]) == (name, None, "HEAD", 2)
        (entry, unchanged) = found["tables"]
        assert (entry["table"], entry["action"], unchanged["action"]) == (f"{prefix}Orders", "steps", "unchanged")
        assert [step[:18] for step in entry["steps"]] == ["REMOVE index ByBoo", "REMOVE index ByDay"]
        assert Path("out", name, "plan.md").read_text().startswith(f"## Plan: {name}\n")
    assert repository.plan("--format", "json") == 2
    assert [found["environment"] for found in json.loads(repository.out)["plans"]] == [DEV, PROD]
    repository.commit()
    assert repository.plan() == 0
    assert repository.out == first, "the same plan has the same hash"
    assert repository.plan(against="HEAD~1") == 2


def test_what_the_contract_gains_loses_and_renames(repository: Repository) -> None:
    purchases = orders() | {"table": "Purchases"}
    repository.write({"tables": [purchases, PRICES]}, SETTINGS.replace("Orders:", "Purchases:"))
    found = repository.of()
    assert {name: entry["action"] for name, entry in found["tables"].items()} == {
        "prod-Purchases": "create",
        "prod-Orders": "retired",
        "prod-Prices": "unchanged",
    }
    (note,) = found["tables"]["prod-Purchases"]["notes"]
    assert note.startswith("If this is prod-Orders under a new name: DynamoDB cannot rename a table.")
    assert "stack dynamodb-prod-eu-west-1-shop-Orders are kept" in found["tables"]["prod-Orders"]["changes"][0]

    repository.write({"tables": [orders()]})
    found = repository.of()
    assert (found["tables"]["prod-Prices"]["action"], found["tables"]["prod-Orders"]["action"]) == (
        "retired",
        "unchanged",
    )
    (shared,) = found["shared"]
    assert (shared["stack"], shared["action"]) == ("dynamodb-prod-eu-west-1-shop", "in_place")
    assert "1 dashboard is changed." in shared["changes"]


def test_environments_come_go_and_move(repository: Repository) -> None:
    repository.write(settings=SETTINGS.replace("dev-us-east-1:", "test-us-east-1:"))
    found = repository.of("test-us-east-1")
    assert found["notes"] == ["The environment is new: HEAD does not have it."]
    assert {entry["action"] for entry in found["tables"].values()} == {"create"}
    found = repository.of(DEV)
    assert found["notes"][0].startswith(
        "The environment is no longer in the contracts. Nothing that runs in it is touched"
    )
    assert {entry["action"] for entry in found["tables"].values()} == {"retired"}

    repository.write(settings=SETTINGS.replace("table_prefix: prod-", "table_prefix: live-"))
    found = repository.of()
    assert found["exit_code"] == 3
    (reason,) = found["tables"]["live-Orders"]["reasons"]
    assert reason.startswith(
        "Its stack holds table prod-Orders; the contract and its table_prefix now name it live-Orders."
    )

    repository.write(settings=SETTINGS.replace("region: eu-west-1", "region: eu-central-1"))
    found = repository.of()
    assert found["region"] == "eu-central-1"
    assert found["notes"][0].startswith(
        "The Region of shop becomes eu-central-1; it was eu-west-1. What runs there stays"
    )
    assert found["summary"] == "2 created, 2 no longer in the contract, shared resources change"
    repository.plan("--environment", PROD)
    assert "delete-table --table-name prod-Orders --region eu-west-1\n" in repository.out, "the tables of the old place"
    assert "under a new name" not in repository.out


def test_an_old_contract_that_cannot_be_read_makes_everything_unknown(repository: Repository) -> None:
    repository.write("{}", SETTINGS)
    repository.commit()
    repository.write()
    found = repository.of()
    assert found["exit_code"] == 2
    assert {entry["action"] for entry in found["tables"].values()} == {"unknown"}
    assert "The contract of shop at HEAD cannot be read, so what changes in it is not known" in found["notes"][0]
    assert "migrationContract.json:1: " in found["notes"][0]
    assert repository.plan("--environment", PROD) == 2
    assert "? prod-Orders, prod-Prices change in a way that is not known." in repository.out


def test_symbolic_links_of_a_revision_are_not_followed(repository: Repository, tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_text(json.dumps(samples.contract()))
    contract = tmp_path / "contracts" / "shop" / "migrationContract.json"
    contract.unlink()
    contract.symlink_to(secret)
    (tmp_path / "contracts" / "evil").symlink_to("/etc")
    repository.commit()
    contract.unlink()
    (tmp_path / "contracts" / "evil").unlink()
    repository.write()
    found = repository.of()
    assert "migrationContract.json is no plain file." in found["notes"][0]


@pytest.mark.parametrize(
    ("against", "said"),
    [
        ("nowhere", 'git knows no revision "nowhere". Fetch it (git fetch origin), or name another'),
        ("--output=x", 'git knows no revision "--output=x".'),
        ("HEAD:contracts", 'git knows no revision "HEAD:contracts".'),
    ],
)
def test_a_revision_that_there_is_not(repository: Repository, against: str, said: str) -> None:
    assert repository.plan(f"--against={against}") == 1
    assert repository.err.startswith(said)
    assert repository.err.endswith("Nothing was planned.\n")
    assert not Path("x").exists()


def test_an_environment_that_there_is_not_and_contracts_that_are_wrong(repository: Repository) -> None:
    assert repository.plan("--environment", "nope") == 1
    assert (
        'There is no environment "nope", neither now nor at HEAD. Known: dev-us-east-1, prod-eu-west-1.'
        in repository.err
    )
    repository.write("{}")
    assert repository.plan() == 1
    assert "migrationContract.json" in repository.err


def test_a_new_service_and_one_that_is_gone(repository: Repository) -> None:
    write_service(
        repository.root,
        "books",
        {"tables": [PRICES]},
        f"environments: {{{DEV}: {{region: us-east-1, table_prefix: b-}}}}",
    )
    found = repository.of(DEV)
    assert {name: entry["action"] for name, entry in found["tables"].items()} == {
        "b-Prices": "create", "Orders": "unchanged", "Prices": "unchanged",
    }  # fmt: skip
    assert found["notes"] == []
    repository.commit()
    for file in Path("contracts/shop").iterdir():
        file.unlink()
    Path("contracts/shop").rmdir()
    found = repository.of(DEV)
    assert {name: entry["action"] for name, entry in found["tables"].items()} == {
        "Orders": "retired", "Prices": "retired", "b-Prices": "unchanged",
    }  # fmt: skip
    assert repository.of(DEV, "--service", "books")["summary"] == "1 unchanged"
