"""The demo as a newcomer runs it: from a checkout that it leaves as it was."""

import json
import re
import sys
from pathlib import Path

import pytest

from scripts.demo import service_name
from tests.shop import CONTRACT
from tests.working_copy import HAS_SAMPLE, ROOT, git, make, run

DEMO = (sys.executable, "-m", "scripts.demo")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("demo") / "copy")


def test_the_sample_becomes_validated_tables(copy: Path) -> None:
    code, said = run(copy, *DEMO)
    assert code == 0, said
    assert "This is the local AWS" in said
    validated = re.search(r"prod-eu-west-1: all (\d+) checks match", said)
    assert validated, said
    if HAS_SAMPLE:
        assert f"prod-eu-west-1: 1 of {validated[1]} checks differs" in (ROOT / "README.md").read_text()
    assert "dev-us-east-1: all " in said
    assert "build/demo/bookshop/generated/bookshop/README.md" in said
    assert (copy / "build/demo/bookshop/generated/bookshop/prod-eu-west-1/deployment.json").is_file()
    assert git(copy, "status", "--porcelain") == ""


def test_any_contract_will_do(copy: Path, tmp_path: Path) -> None:
    contract = tmp_path / "My Shop.json"
    contract.write_text(json.dumps({"tables": CONTRACT["tables"][1:]}))  # the sample has shown more than one
    code, said = run(copy, *DEMO, "--contract", str(contract))
    assert code == 0, said
    assert "default: all " in said
    assert (copy / "build/demo/my-shop/generated/my-shop/default/templates/tables/Books.yaml").is_file()


def test_a_contract_with_mistakes_ends_it_at_the_first_step(copy: Path, tmp_path: Path) -> None:
    contract = tmp_path / "wrong.json"
    contract.write_text('{"tables": [{"table": "Orders", "type": "single-entity"}]}')
    code, said = run(copy, *DEMO, "--contract", str(contract))
    assert code == 1
    assert 'Table "Orders" has no "pk"' in said
    assert "2. Generate" not in said
    assert "Traceback" not in said


def test_a_file_that_is_not_there_is_named(copy: Path) -> None:
    code, said = run(copy, *DEMO, "--contract", "nothing.json")
    assert (code, said) == (
        1,
        "nothing.json: there is no such file. Name a contract: make demo CONTRACT=path/to/migrationContract.json\n",
    )


@pytest.mark.parametrize(
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
