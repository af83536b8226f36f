"""A table, an environment, the sample and the last service are taken out of a repository in which all of it is deployed.

After each, what judges contracts and what is made of them is green, and drift says exactly what stays. In full, by make and with
the tests of each repository: test_removals_in_full.py.
"""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from scripts import begin, check_contract, deploy, drift, generate, validate
from scripts.checks import access_policies, alarms, aws_validator
from scripts.checks.static_checks import CHECKS, TEMPLATES
from scripts.path_classes import CONTRACT, OWN, class_of, in_copy
from tests import samples
from tests.linting import lint
from tests.local_aws.support import client
from tests.own_repository.conftest import begin_git, tracked
from tests.services import test_own_pages
from tests.working_copy import KEPT_SAMPLE, ROOT, SAMPLE

OWNERS = ".github/CODEOWNERS"  # a team's own, and there from the beginning
DEV, PROD = "dev-us-east-1", "prod-eu-west-1"
ENVIRONMENTS = {DEV: {"region": "us-east-1"}, PROD: {"region": "eu-west-1"}}
LOANS, MEMBERS = ({**samples.PRICES, "table": name} for name in ("Loans", "Members"))
# Those that look at contracts and what is made of them; the others look at files that no removal touches.
OF_CONTRACTS = {"validator", "cfn-lint", "policies", "generated", "contracts", "alarms", "access"}
OTHERS = {"roles", "policy-tests", "ruff", "format", "types", "hooks", "workflows", "zizmor"}


class Life:
    """What a copy has, with the sample and a service of its own, `library`, both deployed; the working directory is in it."""

    def __init__(self, root: Path, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture
        for name in tracked():
            if name == OWNERS or (in_copy(name) and class_of(name) not in (CONTRACT, OWN)):
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, root / name)
        begin_git(root)
        shutil.copytree(KEPT_SAMPLE, root / "contracts" / SAMPLE)
        self.write([LOANS, MEMBERS], ENVIRONMENTS)
        self.run(begin)
        self.run(deploy, "--environment", DEV, "--yes")
        self.run(deploy, "--environment", PROD, "--service", "library", "--yes")
        self.judged = {path.read_text() for path in Path().glob(TEMPLATES)}

    def write(self, tables: Sequence[Any], environments: Any) -> None:
        """Write the contract and the settings of the own service."""
        samples.write_service(Path(), "library", {"tables": tables}, json.dumps({"environments": environments}))

    def run(self, command: Any, *options: str) -> str:
        """Run a command, which ends in success; what it says."""
        self._capture.readouterr()
        code = command.main(list(options))
        said = self._capture.readouterr()
        assert code == 0, f"{command.__name__}: {code} {said.out}{said.err}"
        return said.out

    def green(self) -> dict[str, str]:
        """Every check passes, every link leads somewhere, drift ends in success; it says that of each service in each environment."""
        assert {check.name for check in CHECKS} == OF_CONTRACTS | OTHERS
        self.run(generate, "--check")
        self.run(check_contract)
        self._judge()
        test_own_pages.test_every_link_leads_somewhere()
        found = json.loads(self.run(drift, "--format", "json", "--report", "build/drift"))["environments"]
        return {
            f"{service} in {each['environment']}": each["outcome"] for each in found for service in each["services"]
        }

    def _judge(self) -> None:
        """The templates that a removal has changed: what was found clean before is not judged again, as in `make check`."""
        every = {str(path): path.read_text() for path in sorted(Path().glob(TEMPLATES))}
        new = [name for name, text in every.items() if text not in self.judged]
        self.judged |= set(every.values())
        if new:
            self.run(aws_validator, *new)
            self.run(alarms, *new)
            assert lint(map(Path, new)) == []
        if every:
            self.run(access_policies)


@pytest.fixture
def life(aws: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Life:
    monkeypatch.setattr(test_own_pages, "ROOT", tmp_path)
    monkeypatch.chdir(tmp_path)
    return Life(tmp_path, capsys)


def test_what_is_taken_out_leaves_everything_green(life: Life) -> None:
    before, told = _untouched(), Path("build/drift/drift.md")
    never = {f"{SAMPLE} in {PROD}": "never deployed"}
    clean = dict.fromkeys((f"{SAMPLE} in {DEV}", f"library in {DEV}", f"library in {PROD}"), "clean")

    life.write([LOANS], ENVIRONMENTS)
    life.run(generate)
    for environment in ENVIRONMENTS:
        life.run(deploy, "--service", "library", "--environment", environment, "--yes")
        life.run(validate, "--service", "library", "--environment", environment)
    assert life.green() == {**clean, **never}
    assert told.read_text().count("Members (library): deployed once, no longer in the contract: kept") == 2

    life.write([LOANS], {DEV: ENVIRONMENTS[DEV]})
    life.run(generate)
    assert life.green() == {**clean, **never, f"library in {PROD}": "retired"}
    assert f"library is retired in {PROD}: 2 tables and the shared stack stay" in told.read_text()

    for folder in ("contracts", "generated"):
        shutil.rmtree(Path(folder) / SAMPLE)
    Path("README.md").unlink()
    life.run(begin)
    assert life.green() == {
        f"library in {DEV}": "clean",
        f"library in {PROD}": "retired",
        f"{SAMPLE} in {DEV}": "retired",
    }
    assert f"{SAMPLE} is retired in {DEV}: 4 tables and the shared stack stay" in told.read_text()

    shutil.rmtree("contracts/library")
    life.run(generate)
    assert set(life.green().values()) == {"retired"}
    assert "## Drift: 2 environments, looked at in 3 parts: 3 retired\n" in told.read_text()
    assert _untouched() == before, "so that no other check can say anything else"
    kept = [client("dynamodb", region).list_tables()["TableNames"] for region in ("us-east-1", "eu-west-1")]
    assert list(map(len, kept)) == [6, 2], "nothing was deleted"


def _untouched() -> dict[str, bytes]:
    """All files but those of contracts, what is made of them, and what is a team's own."""
    return {
        name: path.read_bytes()
        for path in Path().rglob("*")
        if path.is_file() and not (name := path.as_posix()).startswith((".git/", "build/"))
        if class_of(name) not in (CONTRACT, OWN)
    }
