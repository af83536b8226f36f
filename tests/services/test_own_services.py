"""Each service of this repository, as it is: deployed on the local AWS it is what its contract says, and stays so."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import deploy, drift, generate, plan, validate
from scripts.folders import CONTRACTS, OUT, RECORDS, ROOT
from scripts.local_aws import LocalAws
from scripts.project.services import Service, read_services

# A service with more tables is deployed by `make test` only: 300 would take what a pull request has for everything.
MOST = 50
SERVICES = read_services(ROOT / CONTRACTS)
REGION = "us-east-1"  # of an environment that states none


@pytest.fixture(scope="module")
def local_aws() -> Iterator[LocalAws]:
    """A local AWS for all services, one after the other."""
    with LocalAws.start() as running:
        yield running


@pytest.fixture
def copy(local_aws: LocalAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the contracts and of what was generated, without records; the working directory is in it, AWS the local one."""
    for folder in (CONTRACTS, OUT):
        if (ROOT / folder).is_dir():
            shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns(*RECORDS))
    for name in [name for name in os.environ if name.startswith(("AWS_", "GITHUB_"))]:
        monkeypatch.delenv(name)
    for name, value in local_aws.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    local_aws.reset()
    return tmp_path


def _param(service: Service) -> object:
    few = len(service.contract.tables) <= MOST
    return pytest.param(service, id=service.name, marks=[pytest.mark.contracts] if few else [])


@pytest.mark.parametrize("service", [_param(service) for service in SERVICES])
def test_a_service_is_deployed_as_its_contract_says(
    service: Service, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its first environment, from nothing: afterwards all checks match, and nothing is left to do."""
    environment = service.environments[0]
    where = ["--service", service.name, "--environment", environment.name]
    where += [] if environment.region else ["--region", REGION]
    for command, options, wanted in (
        (deploy, ["--yes"], "as the contract says"),
        (validate, [], "all "),
        (plan, [], ""),
        (drift, [], "clean"),
    ):
        code = command.main([*where, *options])
        said = capsys.readouterr()
        assert code == 0, f"{command.__name__}: {said.out}{said.err}"
        assert wanted in said.out, command.__name__


def test_what_was_generated_is_what_the_contracts_give(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert generate.main(["--check"]) == 0
