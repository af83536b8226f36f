"""What a person gives to `make` reaches the command as it was written, and reaches no shell."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.working_copy import ROOT

NASTY = (
    "plain",
    "two words",
    "it's",
    '"double"',
    "a;touch stray",
    "a$(shell touch stray)b",
    "$$HOME",
    "`touch stray`",
    "$(touch stray)",
    "a#b",
    "a\\b",
    "a&&touch stray",
    "--yes",
    "*",
)
# Target, parameter, and the option that the command gets; a list is given word by word.
PARAMETERS = (
    ("demo", "CONTRACT", "--contract"),
    ("plan", "ENV", "--environment"),
    ("plan", "AGAINST", "--against"),
    ("deploy", "SERVICE", "--service"),
    ("deploy", "REGION", "--region"),
    ("deploy", "PLAN_HASH", "--plan-hash"),
    ("generate", "SERVICE", "--service"),
    ("contract", "FROM", "--from"),
    ("contract", "TABLES", "--tables"),
    ("contract", "PREFIX", "--prefix"),
    ("cost", "ENV", "--environment"),
    ("prices", "REGION", "--region"),
    ("validate", "ENV", "--environment"),
    ("record", "ENV", "--environment"),
    ("drill", "TABLE", "--table"),
    ("drill", "FROM", "--from"),
    ("drill", "ITEMS", "--items"),
    ("drill", "ROLE", "--role"),
    ("taskcat", "SANDBOX", "--sandbox"),
    ("acceptance", "SANDBOX", "--sandbox"),
    ("acceptance", "ONLY", "--only"),
    ("bench", "SIZES", "--sizes"),
    ("taskcat", "REGIONS", "--regions"),
    ("environments", "REVIEWERS", "--reviewers"),
    ("upgrade", "FROM", "--from"),
    ("upgrade", "TO", "--to"),
    ("upgrade", "IN", "--in"),
)
LISTS = {"ONLY", "TABLES", "SIZES", "REGIONS", "REVIEWERS"}


# Says each argument on a line of its own, after the target's own line: a value with a line break never arrives as one.
TELL = 'printf "%s\\n" "" "$@"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with nothing but the Makefile and what its targets take for the locked environment."""
    for name in ("Makefile", "development.mk"):
        shutil.copy(ROOT / name, tmp_path)
    for name in (".venv", ".venv-taskcat", ".venv-copier"):
        (tmp_path / name).mkdir()
        (tmp_path / name / ".ready").touch()
    (tmp_path / "tell.sh").write_text(TELL)
    return tmp_path


def _arguments(
    folder: Path, targets: Sequence[str], *given: str, environment: dict[str, str] | None = None
) -> list[list[str]]:
    """What the command of each target is given."""
    ready = [flag for name in (".venv", ".venv-taskcat", ".venv-copier") for flag in ("-o", f"{name}/.ready")]
    command = ["make", "--no-print-directory", *ready, *targets, "RUN=sh tell.sh", *given]
    env = {"PATH": os.environ["PATH"], **(environment or {})}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not (folder / "stray").exists()
    told = [each.split("\n") for each in f"\n{done.stdout.rstrip()}".split("\n\n") if each]
    assert len(told) == len(targets), done.stdout
    return told


@pytest.mark.parametrize("value", NASTY)
def test_every_value_arrives_as_it_was_written(folder: Path, value: str) -> None:
    targets = list(dict.fromkeys(target for target, _, _ in PARAMETERS))
    given = {f"{parameter}={value}" for _, parameter, _ in PARAMETERS}
    told = dict(zip(targets, _arguments(folder, targets, *given), strict=True))
    for target, parameter, option in PARAMETERS:
        found = told[target]
        if parameter in LISTS:
            words = value.split()
            start = found.index(option) + 1
            assert found[start : start + len(words)] == words
        else:
            assert f"{option}={value}" in found


def test_a_value_of_the_environment_is_quoted_too(folder: Path) -> None:
    assert "--environment=a;touch stray" in _arguments(folder, ["plan"], environment={"ENV": "a;touch stray"})[0]


def test_a_line_break_ends_no_command(folder: Path) -> None:
    assert "--environment=a touch stray" in _arguments(folder, ["plan"], "ENV=a\ntouch stray")[0]


def test_no_parameter_is_expanded_but_as_a_quoted_word_or_to_see_whether_it_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text()
    (names,) = (line.partition(":=")[2].split() for line in makefile.splitlines() if line.startswith("PARAMETERS :="))
    assert {name for _, name, _ in PARAMETERS} <= set(names)
    assert [name for name in (*names, "PYTHON") if f"$({name})" in makefile or f"${{{name}}}" in makefile] == []


@pytest.mark.parametrize(
    "value", ["a b;touch stray", "$(touch stray)", "`touch stray`", "a\ntouch stray", "'; touch stray '"]
)
def test_the_python_that_is_named_reaches_no_shell_either(folder: Path, value: str) -> None:
    (folder / ".venv" / ".ready").unlink()
    (folder / "requirements.txt").touch()
    for name in ("cfn-guard", "uv"):
        (folder / f"requirements-{name}.txt").touch()
    command = ["make", "setup", f"PYTHON={value}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode != 0 and "is too old" in done.stderr
    assert not (folder / "stray").exists()


def test_what_is_not_given_is_left_out(folder: Path) -> None:
    assert _arguments(folder, ["deploy"]) == [["scripts.deploy"]]
    assert _arguments(folder, ["deploy"], "PLAN_HASH=", "YES=1") == [["scripts.deploy", "--yes"]]
