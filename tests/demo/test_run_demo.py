"""The demo as a newcomer runs it: from a checkout that it leaves as it was."""

import contextlib
import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from scripts.demo import __main__ as demo
from scripts.demo import demo_steps, run_demo
from scripts.demo.run_demo import service_name
from scripts.folders import LOCAL_RECORDS
from scripts.local_aws import LocalAws
from tests.for_each import for_each
from tests.shop import CONTRACT
from tests.working_copy import KEPT_SAMPLE, ROOT, SAMPLE, git, make, run

DEMO = (sys.executable, "-m", "scripts.demo")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("demo") / "copy")


def test_the_default_contract_becomes_validated_tables(copy: Path) -> None:
    """Every step in its own process. One table, without a deployment.yaml: in this process the demo takes all of the sample."""
    sample = copy / "contracts" / SAMPLE
    (sample / "migrationContract.json").write_text(json.dumps({"tables": CONTRACT["tables"][1:]}))
    (sample / "deployment.yaml").unlink()
    before = git(copy, "status", "--porcelain")
    code, said = run(copy, *DEMO)
    assert code == 0, said
    assert "This is the local AWS" in said
    assert "$ cfn-lint -c I -t generated/*/*/templates/**/*.yaml" in said
    assert "default: all " in said
    assert f"build/demo/{SAMPLE}/generated/{SAMPLE}/README.md" in said
    kept = copy / "build" / "demo" / SAMPLE
    assert (kept / "generated" / SAMPLE / "default/templates/tables/Books.yaml").is_file()
    assert (kept / LOCAL_RECORDS / SAMPLE / "default/deployment.json").is_file()
    assert git(copy, "status", "--porcelain") == before


@pytest.fixture
def here(local_aws: LocalAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, in which the demo runs in this process, and on the local AWS of the tests: each start takes its time."""
    local_aws.reset()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(run_demo, "LocalAws", SimpleNamespace(start=lambda: contextlib.nullcontext(local_aws)))
    processes = SimpleNamespace(**{**vars(subprocess), "run": _in_this_process})
    monkeypatch.setattr(demo_steps, "subprocess", processes)
    return tmp_path


@pytest.mark.contracts
def test_the_sample_becomes_validated_tables(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Without the linter, which the other has shown to be started, and which `make check` lets judge the same templates."""
    assert demo.main(["--contract", str(KEPT_SAMPLE / "migrationContract.json")]) == 0
    said = capfd.readouterr().out
    validated = re.search(r"prod-eu-west-1: all (\d+) checks match", said)
    assert validated, said
    readme = (ROOT / "README.md").read_text()
    if "<!-- excerpt: validation -->" in readme:  # one's own has none
        assert f"prod-eu-west-1: 1 of {validated[1]} checks differs" in readme
    assert "dev-us-east-1: all " in said


def _in_this_process(command: list[str], *, cwd: Path, env: dict[str, str], stdin: int, check: bool) -> None:
    """Runs a command of the project as its own process would."""
    if command[:2] != [sys.executable, "-m"]:
        assert Path(command[0]).name == "cfn-lint"
        return
    main = importlib.import_module(command[2]).main
    with pytest.MonkeyPatch.context() as patch, contextlib.chdir(cwd):
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in env.items():
            patch.setenv(name, value)
        if code := main(command[3:]):
            raise subprocess.CalledProcessError(code, command)


def test_a_contract_with_mistakes_ends_it_at_the_first_step(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    contract = here / "wrong.json"
    contract.write_text('{"tables": [{"table": "Orders", "type": "single-entity"}]}')
    assert demo.main(["--contract", str(contract)]) == 1
    said = "".join(capsys.readouterr())
    assert 'Table "Orders" has no "pk"' in said
    assert "2. Generate" not in said
    assert "Traceback" not in said


def test_a_file_that_is_not_there_is_named(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert demo.main(["--contract", "nothing.json"]) == 1
    assert "".join(capfd.readouterr()) == (
        "nothing.json: there is no such file. Name a contract: make demo CONTRACT=path/to/migrationContract.json\n"
    )


@for_each(
    ("path", "name"),
    [
        ("contracts/bookshop/migrationContract.json", "bookshop"),
        ("/somewhere/My Shop/migrationContract.json", "my-shop"),
        ("modernizer-workshop.json", "modernizer-workshop"),
        ("x.json", "service"),
        ("üü.json", "service"),
    ],
)
def test_the_service_is_named_after_the_file_or_its_folder(path: str, name: str) -> None:
    assert service_name(Path(path)) == name
