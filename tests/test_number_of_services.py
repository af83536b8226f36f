"""A repository with no service, with one and with three: what looks at all of them works, and says so where there is nothing."""

import shutil
from pathlib import Path

import pytest

from scripts import check, check_contract, cost, drift, generate, plan, sarif
from scripts.checks import access_policies, alarms, aws_validator, policies, static_checks
from scripts.demo import __main__ as demo
from scripts.demo.run_demo import default_contract
from scripts.folders import NO_SERVICE_YET
from scripts.github import environments
from tests import samples
from tests.working_copy import ROOT, git

# Each looks at everything that there is, and needs no AWS; with its exit code.
COMMANDS = [
    (generate, [], 0),
    (generate, ["--check"], 0),
    (check_contract, [], 0),
    (cost, [], 0),
    (environments, [], 0),
    (plan, ["--against", "HEAD"], 0),
]
JUDGES = (aws_validator, alarms, access_policies)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of which nothing is left but what every one has; the working directory is in it."""
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    (tmp_path / "contracts").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    return tmp_path


def _commit(repository: Path) -> None:
    git(repository, "init", "--quiet")
    git(repository, "add", "--all")
    git(repository, "-c", "user.name=Test", "-c", "user.email=test@example.com", "commit", "--quiet", "-m", "all")


def _write(repository: Path, number: int) -> None:
    for each in range(number):
        settings = f"environments: {{dev-us-east-1: {{region: us-east-1, table_prefix: s{each}-}}}}\n"
        samples.write_service(repository, f"service-{each}", {"tables": [samples.PRICES]}, settings)


@pytest.mark.parametrize("number", [0, 1, 3])
def test_every_command_works(number: int, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write(repository, number)
    assert generate.main([]) == 0
    _commit(repository)
    capsys.readouterr()
    for command, arguments, code in COMMANDS:
        assert command.main(arguments) == code, f"{command.__name__}: {capsys.readouterr()}"
        said = capsys.readouterr()
        silent = command is environments
        assert silent or (NO_SERVICE_YET in said.out) == (number == 0), f"{command.__name__}: {said.out}"
    if number:
        assert [judge.main([]) for judge in JUDGES] == [0, 0, 0]
        assert policies.main(["--skip-tests"]) == 0
    assert len(list(repository.glob("generated/*/README.md"))) == number


def test_without_a_service_nothing_is_judged_and_nothing_fails(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = [each for each in static_checks.CHECKS if each.files.startswith("generated/")]
    assert {each.name for each in chosen} == {"validator", "cfn-lint", "policies", "alarms", "access"}
    monkeypatch.setattr(check, "CHECKS", chosen)
    monkeypatch.setattr(sarif, "CHECKS", static_checks.CHECKS)
    assert check.main([]) == 0
    assert capsys.readouterr().out.count("(there is no service yet)") == len(chosen)
    assert (sarif.main([]), drift.main([])) == (0, 0)
    assert "no environments, because there is no service yet" in capsys.readouterr().out


def test_a_service_of_which_nothing_was_generated_fails_every_check(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _write(repository, 1)
    assert [judge.main([]) for judge in (aws_validator, alarms, policies)] == [2, 2, 2]
    assert capsys.readouterr().err.count("run `make generate`") == 3


def test_the_last_service_goes_with_all_that_was_generated_from_it(repository: Path) -> None:
    _write(repository, 1)
    assert generate.main([]) == 0
    shutil.rmtree(repository / "contracts" / "service-0")
    assert generate.main(["--check"]) == 1
    assert generate.main([]) == 0
    assert not list(repository.glob("generated/**/*.*"))


def test_the_demo_takes_the_sample_or_the_first_contract_or_says_what_to_do(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    contracts = repository / "contracts"
    monkeypatch.setattr("scripts.demo.run_demo.default_contract", lambda: default_contract(contracts))
    assert demo.main([]) == 1
    assert capsys.readouterr().err == (
        f"{NO_SERVICE_YET} Or name a contract: make demo CONTRACT=path/to/migrationContract.json\n"
    )
    _write(repository, 2)
    assert default_contract(contracts) == contracts / "service-0" / "migrationContract.json"
    samples.write_service(repository, "bookshop")
    assert default_contract(contracts) == contracts / "bookshop" / "migrationContract.json"
