"""`make check` finds what a hand-made edit of a generated template breaks, and says how to mend it."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import check
from scripts.checks import alarms, static_checks
from scripts.checks.static_checks import OF_COMMIT
from tests.working_copy import make, run

TABLES = "generated/bookshop/{}/templates/tables/{}.yaml"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("check") / "copy")


def _remove(pattern: str) -> Callable[[str], str]:
    return lambda text: re.sub(pattern, "", text, count=1, flags=re.MULTILINE | re.DOTALL)


# One template each, so that one run finds them all: what is taken away, and what the message speaks of.
BROKEN = {
    ("prod-eu-west-1", "Orders"): (_remove(r"    DeletionPolicy: Retain\n"), "DeletionPolicy"),
    ("prod-eu-west-1", "Books"): (_remove(r"    UpdateReplacePolicy: Retain\n"), "UpdateReplacePolicy"),
    ("prod-eu-west-1", "Carts"): (_remove(r"      SSESpecification:\n.*?(?=      Tags:)"), "SSESpecification"),
    ("dev-us-east-1", "Carts"): (
        _remove(r"      PointInTimeRecoverySpecification:\n.*?(?=      SSE)"),
        "PointInTimeRecovery",
    ),
    ("dev-us-east-1", "Books"): (
        _remove(r"  ThrottleAlarm:\n.*?(?=  \w*ThrottleAlarm\w*:\n)"),
        "ReadThrottleEvents",
    ),
    ("dev-us-east-1", "Orders"): (_remove(r"  ThrottleAlarmByBook:\n.*?(?=  \w+:\n|Outputs:)"), "ByBook"),
}


def test_what_is_clean_passes(copy: Path) -> None:
    # That everything in the repository passes everything is for `make check` itself to say; here a few quick ones do.
    code, said = run(copy, sys.executable, "-m", "scripts.check", "contracts", "alarms", "access")
    assert code == 0, said
    assert said.count("ok  ") == 3
    assert said.splitlines()[-1] == "All 3 checks passed."


def test_broken_templates_fail_with_the_message_of_the_rule(copy: Path) -> None:
    good = {}
    try:
        for place, (change, _) in BROKEN.items():
            path = copy / TABLES.format(*place)
            good[path] = path.read_text()
            path.write_text(change(good[path]))
            assert path.read_text() != good[path]
        code, said = run(copy, sys.executable, "-m", "scripts.check", "policies", "generated")
    finally:
        for path, text in good.items():
            path.write_text(text)
    assert code == 1
    assert "FAILED  policies" in said
    assert "2 of 2 checks failed: policies, generated" in said  # one is not left out because another has failed
    for place, (_, words) in BROKEN.items():
        file = TABLES.format(*place)
        found = re.search(rf"^{file}\n((?:  .*\n)+)", said, re.MULTILINE)
        assert found and words in found[1], f"{file}: {words} in {said}"
        assert f"{file} is stale" in said


def test_an_unknown_check_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        check.main(["everything"])
    assert ended.value.code == 2
    assert "no such check: everything" in capsys.readouterr().err


def _files(*names: str) -> dict[str, list[str]]:
    """Which check of a commit looks at which of these files."""
    return {one.name: files for one in OF_COMMIT if (files := one.judged(names))}


def test_a_commit_is_judged_by_its_own_files() -> None:
    table, access = TABLES.format("prod", "Orders"), "generated/bookshop/prod/access/operator.json"
    contract = "contracts/bookshop/migrationContract.json"
    assert _files(table) == {"validator": [table], "alarms": [table]}
    assert _files(access, contract) == {"access": [access]}, "the hook that generates has judged the contract"
    assert _files("generated/bookshop/README.md", "generated/bookshop/prod/deployment.json") == {}


def test_a_check_of_a_few_files_that_fails_in_an_unforeseen_way_has_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "generated" / "shop" / "prod" / "templates" / "service.yaml"
    file.parent.mkdir(parents=True)
    file.touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(alarms, "check", lambda _paths: 1 / 0)
    one = next(each for each in OF_COMMIT if each.name == "alarms")
    monkeypatch.setattr(check, "CHECKS", (one,))
    assert check.main(["alarms"]) == 1
    said = capsys.readouterr().out
    assert "FAILED  alarms" in said
    assert "ZeroDivisionError" in said


def test_many_files_are_divided_and_none_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "generated" / "shop" / "prod" / "templates" / "tables"
    folder.mkdir(parents=True)
    names = [f"T{number:03}" for number in range(230)]
    for name in names:
        (folder / f"{name}.yaml").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(static_checks.os, "cpu_count", lambda: 2)
    script = "import sys; print(*sys.argv[1:]); sys.exit(any('T222' in name for name in sys.argv))"
    many = static_checks.Check("some", "what they are", (sys.executable, "-c", script), static_checks.TEMPLATES)
    assert sorted(Path(file).stem for _, part in many.commands(many.judged() or []) for file in part) == names
    monkeypatch.setattr(check, "CHECKS", (many,))
    assert check.main([]) == 1
    out, err = capsys.readouterr()
    assert "FAILED  some" in out
    assert "T222" in out
    assert "T000" not in out, "what passed is not shown"
    assert [line.strip() for line in err.splitlines()] == [
        "some: 100 of 230 files",
        "some: 200 of 230 files",
        "some: 230 of 230 files",
    ]


def test_nothing_to_look_at(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main(["--files", "contracts/bookshop/deployment.yaml"]) == 0
    assert capsys.readouterr().out == "No check looks at these files.\n"
