"""Reading a deployment.yaml as a whole: values, doubts, or every problem."""

from pathlib import Path

import pytest

from scripts.model import Contract
from scripts.problems import ProblemsError
from scripts.project.settings_reader import read_settings
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
    wrong = (
        doubtful
        + "defaults:\n  encryption: arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab\n"
    )
    with pytest.raises(ProblemsError) as caught:
        read_settings(_written(tmp_path, wrong), samples.service(tmp_path).contract)
    assert [(p.line, p.id, p.severity) for p in caught.value.problems] == [(2, "S205", "warning"), (4, "S203", "error")]


def _written(root: Path, text: str) -> Path:
    path = root / "settings.yaml"
    path.write_text(text)
    return path
