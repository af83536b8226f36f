"""A record that git could not merge, or of an AWS on this machine, is one clear error, and nothing is written over it."""

import json
from pathlib import Path

import pytest

from scripts import generate
from scripts.problems import ProblemsError
from scripts.project.services import read_services
from scripts.rendering.freshness import fingerprint, stale_services
from tests import samples

MERGE = "{}\n<<<<<<< HEAD\n  a\n=======\n  b\n  c\n>>>>>>> other\n"
BOTH = "a merge that git could not finish: line 3 (HEAD) or lines 5 to 6 (other)."


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("records")
    samples.write_service(root)
    assert generate.main(options(root)) == 0
    return root


def options(root: Path, *more: str) -> list[str]:
    return ["--contracts", str(root / "contracts"), "--out", str(root / "generated"), *more]


@pytest.mark.parametrize("name", ["deployment.json", "deployment.md"])
def test_both_sides_are_told_and_the_record_stays(
    generated: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    record = generated / "generated" / samples.SERVICE / samples.ENVIRONMENT / name
    record.write_text(MERGE)
    for more in ((), ("--check",), ("--service", samples.SERVICE)):
        assert generate.main(options(generated, *more)) == 2
        said = capsys.readouterr().err
        assert BOTH in said and "P003" in said and name in said
    before = fingerprint(generated / "contracts")
    with pytest.raises(ProblemsError, match="P003"):  # plan, deploy, validate, drift and record begin with it
        stale_services(read_services(generated / "contracts"), generated / "contracts", generated / "generated", before)
    assert record.read_text() == MERGE
    record.unlink()


def test_the_underlining_of_a_title_is_no_merge(generated: Path) -> None:
    record = generated / "generated" / samples.SERVICE / samples.ENVIRONMENT / "deployment.md"
    record.write_text("Deploy!\n=======\n")
    assert generate.main(options(generated, "--check")) == 0
    record.unlink()


@pytest.mark.parametrize(
    ("endpoint", "local"),
    [
        ("http://127.0.0.1:4566", True),
        ("http://localhost:4566", True),
        ("http://dynamodb.localhost:4566", True),
        ("http://[::1]:8000", True),
        ("http://0.0.0.0:8000", True),
        ("https://vpce-1.dynamodb.eu-west-1.vpce.amazonaws.com", False),
        ("https://dynamodb.example.com", False),
        ("http://[", False),
        (None, False),
        (5, False),
    ],
)
def test_a_record_of_an_aws_on_this_machine_is_refused(
    generated: Path, endpoint: object, local: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    record = generated / "generated" / samples.SERVICE / samples.ENVIRONMENT / "deployment.json"
    for text in (
        json.dumps({"version": 1, "endpoint": endpoint}, indent=2),
        json.dumps({"endpoint": endpoint}, separators=(",", ":")),
    ):
        record.write_text(text)
        assert generate.main(options(generated, "--check")) == (2 if local else 0)
        said = capsys.readouterr().err
        assert ("P005" in said and "rm " in said and str(record) in said) == local
        assert record.read_text() == text
    record.unlink()
