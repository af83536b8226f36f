"""The settings of the whole repository: strict makes warnings errors for every service, and nothing in the file is passed over."""

from pathlib import Path

import pytest

from scripts import check_contract, generate
from scripts.problems import ProblemsError
from scripts.project.repository_settings import read_repository_settings
from scripts.project.services import read_services
from scripts.templates.desired import table_states
from scripts.templates.shared_templates import shared_templates
from tests import samples
from tests.for_each import for_each

DOUBTED = samples.SETTINGS.replace("ttl: expires_at", "ttl: expired_at")
REFUSED = {
    "unknown key": ("strikt: true\n", 1, "S102", '"strikt" is no setting of the repository.', 'Did you mean "strict"?'),
    "setting of a service": ("# x\ndefaults: {}\n", 2, "S102", '"defaults" is no', "It is a setting of one service: write it into"),
    "something else": ("a: 1\n", 1, "S102", '"a" is no setting', "Known here: strict, repository."),
    "a word": ("strict: maybe\n", 1, "S103", '"maybe" is not true or false.', "true: a warning about"),
    "nothing": ("strict:\n", 1, "S103", "null is not true or false.", "true: a warning about"),
    "no address": ("repository: github.com/a/b\n", 1, "S103", '"github.com/a/b" is not an address', "The address of this repository"),
    "a list": ("- strict\n", 1, "S103", "The file holds no settings.", "Write one line for each: strict, repository."),
    "a conflict": ("<<<<<<< a\nstrict: true\n=======\n>>>>>>> b\n", 1, "S006", "The file holds a merge", "Keep what is right"),
    "no YAML": ("strict: [\n", 2, "S002", "This is not YAML", "Correct the line"),
}  # fmt: skip


def write(root: Path, settings: str | None, name: str = "settings.yaml") -> Path:
    """Two services, of which one warns about its contract, and one about its settings."""
    contract = samples.contract()
    contract["tables"][0]["billing_mode"] = "PROVISIONED"
    contracts = samples.write_service(root, contract=contract)
    others = {"tables": [{**samples.orders(), "table": "Others"}]}
    samples.write_service(root, "other", others, DOUBTED.replace("Orders:", "Others:"))
    if settings is not None:
        (contracts / name).write_text(settings)
    return contracts


@for_each("settings", [None, "", "# nothing yet\n", "strict: false\n", "strict: no\n"])
def test_without_it_warnings_are_warnings(tmp_path: Path, settings: str | None) -> None:
    services = read_services(write(tmp_path, settings))
    found = {problem.id for service in services for problem in service.warnings if problem.severity == "warning"}
    assert found == {"C414", "S205"}


def test_strict_makes_the_warnings_of_all_services_errors(tmp_path: Path) -> None:
    """Notes stay what they are, and a repository without warnings stays usable."""
    with pytest.raises(ProblemsError) as caught:
        read_services(write(tmp_path / "doubted", "strict: true\n"))
    assert {problem.id for problem in caught.value.problems if problem.severity == "error"} == {"C414", "S205"}
    good = samples.write_service(tmp_path / "good")
    (good / "settings.yaml").write_text("strict: true\n")
    assert {problem.severity for service in read_services(good) for problem in service.warnings} == {"note"}


def test_the_commands_honour_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, None)
    assert (check_contract.main([]), generate.main([]), generate.main(["--check"])) == (0, 0, 0)
    (tmp_path / "contracts" / "settings.yaml").write_text("strict: true\n")  # whatever is remembered of the run before
    capsys.readouterr()
    assert (check_contract.main([]), generate.main([]), generate.main(["--check"])) == (1, 2, 2)
    said = capsys.readouterr()
    assert "because contracts/settings.yaml says so" in said.out
    assert "error    C414" in said.err


@for_each(("text", "line", "id", "message", "fix"), REFUSED.values(), ids=REFUSED)
def test_what_is_wrong_in_it(tmp_path: Path, text: str, line: int, id: str, message: str, fix: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        read_services(write(tmp_path, text))
    (problem,) = caught.value.problems
    assert (Path(problem.file).name, problem.line, problem.id) == ("settings.yaml", line, id)
    assert problem.message.startswith(message) and problem.fix.startswith(fix)


@for_each("name", ["settings.yml", "Settings.yaml", "setting.yaml"])
def test_a_file_that_nothing_reads(tmp_path: Path, name: str) -> None:
    with pytest.raises(ProblemsError, match=r"Nothing reads this file. Rename it to settings.yaml"):
        read_repository_settings(write(tmp_path, "strict: true\n", name))


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    contracts = write(tmp_path, None)
    (contracts / "settings.yaml").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ProblemsError, match="symbolic link"):
        read_repository_settings(contracts)


def test_a_service_is_told_where_a_setting_of_the_repository_belongs(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError, match=r"write it into contracts/settings\.yaml"):
        read_services(samples.write_service(tmp_path, settings=f"strict: true\n{samples.SETTINGS}"))


def test_alarms_dashboards_and_pages_link_to_the_repository(tmp_path: Path) -> None:
    contracts = samples.write_service(tmp_path)
    (contracts / "settings.yaml").write_text("repository: https://github.com/example/tables\n")
    (service,) = read_services(contracts)
    link = "https://github.com/example/tables/blob/HEAD/generated/shop/runbook.md"
    for state in samples.states(service).values():
        assert all(f"Runbook: {link}#" in alarm.description for alarm in state.alarms)  # type: ignore[union-attr]
    place = service.environments[0]
    body = shared_templates(service, place, table_states(service, place)).templates["service"]["Resources"]["Dashboard"]
    assert link in body["Properties"]["DashboardBody"]["Fn::Sub"]


def test_where_the_address_stood_before_it_is_told_where_it_belongs(tmp_path: Path) -> None:
    text = f"repository: https://github.com/example/tables\n{samples.SETTINGS}"
    with pytest.raises(ProblemsError) as caught:
        read_services(samples.write_service(tmp_path, settings=text))
    (problem,) = caught.value.problems
    assert problem.fix.startswith("It is a setting of the repository: write it into contracts/settings.yaml.")
