"""A record that git could not merge is one clear error for all that read records, and nothing is written over it."""

from pathlib import Path

import pytest

from scripts import generate
from scripts.problems import ProblemsError
from scripts.project.services import read_services
from scripts.rendering.freshness import fingerprint, refuse_stale
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
        refuse_stale(read_services(generated / "contracts"), generated / "contracts", generated / "generated", before)
    assert record.read_text() == MERGE
    record.unlink()


def test_the_underlining_of_a_title_is_no_merge(generated: Path) -> None:
    record = generated / "generated" / samples.SERVICE / samples.ENVIRONMENT / "deployment.md"
    record.write_text("Deploy!\n=======\n")
    assert generate.main(options(generated, "--check")) == 0
    record.unlink()
