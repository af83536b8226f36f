"""The plan against another revision of the contracts: from the files alone, without any access to AWS."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from scripts import generate, plan
from tests import working_copy
from tests.samples import PRICES, SETTINGS, orders, write_service

PROD, DEV = "prod-eu-west-1", "dev-us-east-1"


class Repository:
    """A git repository with one service, committed as it was; and what the plan says of what it is like now."""

    def __init__(self, root: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.root, self._capture = root, capture
        self.out = self.err = ""

    def begin(self) -> None:
        working_copy.git(self.root, "init", "--quiet")
        self.write()
        self.commit()

    def write(self, contract: Any = None, settings: str | None = SETTINGS) -> None:
        write_service(self.root, contract=contract, settings=settings)

    def commit(self, generated: bool = True) -> None:
        """`generated`: with the files that the contracts give now; a service that is gone has none."""
        if generated:
            shutil.rmtree(self.root / "generated", ignore_errors=True)
            assert generate.main([]) == 0
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


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What each repository is at first, which is made once."""
    return tmp_path_factory.mktemp("begun") / "repository"


@pytest.fixture
def repository(
    begun: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Repository:
    for name in [name for name in os.environ if name.startswith(("AWS_", "GIT_"))]:
        monkeypatch.delenv(name)

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("a plan against a revision asks AWS nothing")

    monkeypatch.setattr("scripts.observe.aws.Aws.__init__", refuse)
    monkeypatch.setattr("boto3.Session.client", refuse)
    monkeypatch.chdir(tmp_path)
    made = Repository(tmp_path, capsys)
    if begun.is_dir():
        shutil.copytree(begun, tmp_path, dirs_exist_ok=True)
    else:
        made.begin()
        shutil.copytree(tmp_path, begun)
    return made


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
    assert repository.out.splitlines()[0] == first.splitlines()[0], "the same plan has the same hash"
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
    (change,) = shared["changes"]
    assert change.startswith("The dashboard is changed: DashboardBody.widgets.")


def test_environments_come_go_and_move(repository: Repository) -> None:
    repository.write(settings=SETTINGS.replace("dev-us-east-1:", "test-us-east-1:"))
    found = repository.of("test-us-east-1")
    assert found["notes"][0] == "The environment is new: HEAD does not have it."
    assert found["notes"][1].startswith("It has the tables of environment dev-us-east-1, which is gone. If this is")
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
    assert "If it was deployed, the table and its stack dynamodb-prod-eu-west-1-shop-Orders are kept" in repository.out
    assert "aws " not in repository.out, "no command for what nobody has looked at"
    assert "under a new name" not in repository.out


TEMPLATE = f"generated/shop/{PROD}/templates/tables/Orders.yaml"


@pytest.mark.parametrize(
    "content",
    ["Resources: {}\n", "- no mapping\n", "a: [\n", "Resources: {Table: {Type: T, Properties: {TableName: x}}}\n"],
)
def test_a_committed_template_that_cannot_be_understood_makes_its_table_unknown(
    repository: Repository, content: str
) -> None:
    Path(TEMPLATE).write_text(content)
    repository.commit(generated=False)
    found = repository.of()
    assert found["exit_code"] == 2
    assert {name: entry["action"] for name, entry in found["tables"].items()} == {
        "prod-Orders": "unknown",
        "prod-Prices": "unchanged",
    }
    assert f"{TEMPLATE} at HEAD cannot be understood" in found["tables"]["prod-Orders"]["reasons"][0]
    assert repository.plan("--environment", PROD) == 2
    assert "? prod-Orders changes in a way that is not known." in repository.out


def test_symbolic_links_of_a_revision_are_not_followed(repository: Repository, tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    shutil.move(TEMPLATE, secret)
    Path(TEMPLATE).symlink_to(secret)
    Path("contracts/evil").symlink_to("/etc")
    repository.commit(generated=False)
    Path("contracts/evil").unlink()
    assert repository.of()["tables"]["prod-Orders"]["action"] == "unknown"


def test_the_committed_templates_are_the_truth_whatever_the_contract_of_the_revision_says(
    repository: Repository,
) -> None:
    """A newer version of this repository reads no old contract, and shows what it changes on every table."""
    files = sorted(Path("generated").rglob("templates/tables/*.yaml"))
    assert len(files) == 4
    for file in files:
        text = file.read_text().replace("RecoveryPeriodInDays: 35", "RecoveryPeriodInDays: 7")
        text = text.replace("Threshold: 10\n", "Threshold: 13\n").replace(
            "UpdateReplacePolicy: Retain", "UpdateReplacePolicy: Delete"
        )
        file.write_text(text.replace("TableClass: STANDARD\n", "TableClass: STANDARD\n      Invented: {Old: 1}\n"))
    policy = Path(f"generated/shop/{PROD}/access/read-only.template.json")
    policy.write_text(policy.read_text().replace('"dynamodb:GetItem"', '"dynamodb:GetItem", "dynamodb:Scan"'))
    service = Path(f"generated/shop/{PROD}/templates/service.yaml")
    service.write_text(service.read_text().replace("KmsMasterKeyId", "OldName", 1))
    Path("contracts/shop/migrationContract.json").write_text("{}")
    repository.commit(generated=False)
    repository.write()
    for name in (PROD, DEV):
        found = repository.of(name)
        assert [entry["mechanism"] for entry in found["tables"].values()] == ["in place", "in place"]
    found = repository.of()
    changes = found["tables"]["prod-Orders"]["changes"]
    assert "Point-in-time recovery: on, 7 days becomes on, 35 days." in changes
    assert (
        'The table, beside its settings, is changed: UpdateReplacePolicy Delete becomes Retain; Invented {"Old":1} goes.'
        in changes
    )
    assert any(" alarms of " in line and "Threshold 13 becomes 10" in line for line in changes), changes
    (file,) = found["files"]
    assert file["file"] == f"generated/shop/{PROD}/access/read-only.template.json"
    assert file["changes"][0].startswith("It allows less: dynamodb:Scan on ")
    assert [risk["kind"] for risk in file["risks"]] == ["readers"]
    assert "OldName" in found["shared"][0]["changes"][0]
    assert "1 access policy changes" in found["summary"]
    repository.plan("--environment", PROD)
    assert f"~ Access policy generated/shop/{PROD}/access/read-only.template.json changes in place." in repository.out
    assert "From the templates that are committed at HEAD, and those of now." in repository.out
    repository.plan("--environment", PROD, "--format", "markdown")
    assert f"Access policy `generated/shop/{PROD}/access/read-only.template.json`" in repository.out
    assert "From the templates that are committed at HEAD" in repository.out


def test_what_a_newer_version_lowers_is_a_risk(repository: Repository) -> None:
    file = Path(TEMPLATE)
    text = file.read_text()
    file.write_text(text.replace("DeletionProtectionEnabled: true", "DeletionProtectionEnabled: false"))
    repository.commit(generated=False)
    assert "Deletion protection: off becomes on." in repository.of()["tables"]["prod-Orders"]["changes"]
    # The other way round: what is committed protects more than what is rendered now.
    file.write_text(text)
    repository.write(
        settings=SETTINGS.replace(
            "Orders: {", "Orders: {deletion_protection: false, deletion_protection_reason: test, "
        )
    )
    repository.commit()
    repository.write()
    repository.commit(generated=False)
    repository.write(
        settings=SETTINGS.replace(
            "Orders: {", "Orders: {deletion_protection: false, deletion_protection_reason: test, "
        )
    )
    assert repository.of()["exit_code"] == 0


def test_only_files_that_differ_are_read(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    from scripts.planning import revision

    read: list[str] = []
    real = revision.Revision.texts

    def watched(self: Any, blobs: Any) -> Any:
        asked = list(blobs)
        read.extend(blob.path for blob in asked)
        return real(self, asked)

    monkeypatch.setattr(revision.Revision, "texts", watched)
    assert repository.plan() == 0
    assert read == ["contracts/shop/deployment.yaml"]
    read.clear()
    repository.write(settings=SETTINGS.replace("ttl: expires_at, ", ""))
    assert repository.plan() == 2
    assert set(read) == {"contracts/shop/deployment.yaml"} | {
        f"generated/shop/{name}/templates/tables/Orders.yaml" for name in (PROD, DEV)
    }


def _without_generated(repository: Repository) -> None:
    shutil.rmtree("generated")
    repository.commit(generated=False)


def _another_layout(repository: Repository) -> None:
    for folder in Path("generated/shop").glob("*/templates"):
        folder.rename(folder.parent / "stacks")
    repository.commit(generated=False)


def _outside_of_git(repository: Repository) -> None:
    shutil.rmtree(".git")


def _shallow(repository: Repository) -> None:
    repository.commit()
    working_copy.git(repository.root, "clone", "--quiet", "--depth", "1", f"file://{repository.root}", "copy")
    shutil.rmtree(".git")
    shutil.move("copy/.git", ".git")


@pytest.mark.parametrize(
    ("prepare", "against", "said"),
    [
        (
            _without_generated,
            "HEAD",
            "HEAD has contracts/shop, but no generated/shop, so there are no templates to compare with.",
        ),
        (
            _another_layout,
            "HEAD",
            "At HEAD, generated/shop has another layout: no <environment>/templates/tables/<table>.yaml",
        ),
        (_outside_of_git, "HEAD", "contracts is in no git repository, so it has no revisions."),
        (_shallow, "HEAD~1", 'git knows no revision "HEAD~1". This clone is shallow: fetch more of it'),
    ],
)
def test_what_cannot_be_compared_is_one_clear_error(
    repository: Repository, prepare: Any, against: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(repository.root.parent))
    prepare(repository)
    assert repository.plan(against=against) == 1
    assert repository.err.startswith(said)
    assert repository.err.endswith("Nothing was planned.\n") and "Traceback" not in repository.err


def test_a_tag_a_branch_and_a_folder_below_the_top_of_the_repository(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    working_copy.git(repository.root, "tag", "v1")
    working_copy.git(repository.root, "branch", "other")
    repository.write(settings=SETTINGS.replace("ttl: expires_at, ", ""))
    for name in ("v1", "other", "HEAD"):
        assert repository.plan(against=name) == 2
    below = repository.root / "below"
    below.mkdir()
    for name in ("contracts", "generated"):
        shutil.move(name, below / name)
    monkeypatch.chdir(below)
    repository.root = below
    repository.write()
    repository.commit()
    assert repository.plan() == 0


def test_a_revision_from_before_the_first_contract_has_nothing(repository: Repository) -> None:
    working_copy.git(repository.root, "checkout", "--quiet", "--orphan", "empty")
    working_copy.git(repository.root, "rm", "-r", "--quiet", "--cached", ".")
    author = ("-c", "user.name=Test", "-c", "user.email=test@example.com")
    working_copy.git(repository.root, *author, "commit", "--quiet", "--allow-empty", "-m", "empty")
    found = repository.of()
    assert {entry["action"] for entry in found["tables"].values()} == {"create"}
    assert found["notes"] == ["The environment is new: HEAD does not have it."]


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
    assert found["notes"] == ["Service books is new here: HEAD does not have it in this environment."]
    repository.commit()
    shutil.rmtree("contracts/shop")
    found = repository.of(DEV)
    assert {name: entry["action"] for name, entry in found["tables"].items()} == {
        "Orders": "retired", "Prices": "retired", "b-Prices": "unchanged",
    }  # fmt: skip
    assert repository.of(DEV, "--service", "books")["summary"] == "1 unchanged"
    assert {name: e["action"] for name, e in repository.of(DEV, "--service", "shop")["tables"].items()} == {
        "Orders": "retired", "Prices": "retired",
    }  # fmt: skip
    for options in ([], ["--environment", DEV]):
        assert repository.plan("--service", "shpo", *options) == 1
        assert 'There is no service "shpo" here.' in repository.err


def test_a_service_with_mistakes_is_left_out_and_not_taken_for_gone(repository: Repository) -> None:
    books = {"tables": [{**PRICES, "table": "Books"}]}
    write_service(repository.root, "books", books, f"environments: {{{DEV}: {{region: us-east-1}}}}")
    repository.commit()
    write_service(repository.root, "books", "{")
    for options, code in (((), 3), (("--apart",), 0)):
        assert repository.plan("--environment", DEV, *options) == code
        assert "Note: Left out: books (its contract or settings have mistakes)." in repository.out
        assert "retired" not in repository.out and "no longer" not in repository.out
