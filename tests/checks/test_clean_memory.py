"""What was judged clean is not judged again until anything that decides the verdict has changed; a fault is always found."""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from scripts import check
from scripts.checks import clean_memory
from scripts.checks.static_checks import CHECKS, Check
from scripts.files import digest

TEMPLATES = Path("generated/shop/prod/templates")
# Writes the files that it judges into judged.txt; one that holds "bad" is a fault.
JUDGE = """
code=0
for name; do
  echo "$name" >> judged.txt
  read -r text < "$name"
  case $text in *bad*) code=1 ;; esac
done
(exit $code)
"""


class Place:
    """A folder with templates, and one check that judges them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.write("tables/A.yaml", "a")
        self.write("tables/B.yaml", "b")
        self.write("service.yaml", "s")
        Path("requirements.txt").write_text("tool==1")
        Path("rules").mkdir()
        Path("rules/one.txt").write_text("1")
        self.use()

    def write(self, name: str, text: str) -> None:
        path = TEMPLATES / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def use(self, script: str = JUDGE, *, reads_tables: bool = True) -> None:
        command = ("/bin/sh", "-c", script, "judge")
        one = Check("one", "what it says", command, "generated/*/*/templates/**/*.yaml", decided_by=("rules",))
        one = replace(one, programs=("a-tool",), reads_tables=reads_tables)
        self._monkeypatch.setattr(check, "CHECKS", (one,))

    def judge(self, *options: str) -> tuple[int, list[str]]:
        """The exit code, and the names of the files that were judged."""
        Path("judged.txt").write_text("")
        code = check.main([*options])
        return code, sorted(Path(line).stem for line in Path("judged.txt").read_text().splitlines())


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return Place(monkeypatch)


ALL = ["A", "B", "service"]


def test_what_is_clean_is_not_judged_again(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.judge() == (0, ALL)
    assert place.judge() == (0, [])
    assert "(3 of 3 unchanged since they passed)" in capsys.readouterr().out
    assert place.judge("--afresh") == (0, ALL)
    assert place.judge() == (0, [])


def test_what_was_written_since_is_guessed_to_be_judged(place: Place) -> None:
    files = [str(TEMPLATES / name) for name in ("tables/A.yaml", "service.yaml")]
    assert clean_memory.written_since(files) and not clean_memory.written_since([])
    assert place.judge() == (0, ALL)
    later = clean_memory.FILE.stat().st_mtime_ns + 1
    for name in files:
        os.utime(name, ns=(later - 1, later - 1))
    assert not clean_memory.written_since(files)
    os.utime(files[1], ns=(later, later))
    assert clean_memory.written_since(files)
    assert not clean_memory.written_since(["gone"])


def _lock(_place: Place) -> None:
    Path("requirements.txt").write_text("tool==2")


def _rule(_place: Place) -> None:
    Path("rules/two.txt").write_text("2")


def _tool(_place: Place) -> None:
    Path("bin").mkdir()
    Path("bin/a-tool").write_text("#!/bin/sh\n")
    Path("bin/a-tool").chmod(0o755)


@pytest.mark.parametrize(
    ("change", "judged"),
    [
        (lambda place: place.write("service.yaml", "t"), ["service"]),
        # A template beside those of the tables is judged by them.
        (lambda place: place.write("tables/A.yaml", "c"), ["A", "service"]),
        (lambda place: place.write("tables/C.yaml", "c"), ["C", "service"]),
        (lambda _: (TEMPLATES / "tables/A.yaml").rename(TEMPLATES / "tables/D.yaml"), ["D", "service"]),
        (lambda _: (TEMPLATES / "tables/A.yaml").unlink(), ["service"]),
        (lambda _: os.utime(TEMPLATES / "tables/A.yaml", (1, 1)), []),
        (lambda place: place.use(JUDGE + "#"), ALL),  # other arguments
        (_lock, ALL),
        (_rule, ALL),
        (_tool, ALL),
    ],
)
def test_only_what_has_changed_is_judged(place: Place, change: Callable[[Place], object], judged: list[str]) -> None:
    assert place.judge() == (0, ALL)
    change(place)
    assert place.judge() == (0, judged)
    assert place.judge() == (0, [])


def test_a_check_of_single_files_judges_none_because_of_another(place: Place) -> None:
    place.use(reads_tables=False)
    assert place.judge() == (0, ALL)
    place.write("tables/A.yaml", "c")
    assert place.judge() == (0, ["A"])


def test_only_the_alarms_are_judged_by_other_templates() -> None:
    """All tools but one get a template and nothing else; `alarms` looks up in others which tables there are."""
    assert [one.name for one in CHECKS if one.reads_tables] == ["alarms"]


def test_another_python_judges_afresh(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    assert place.judge() == (0, ALL)
    monkeypatch.setattr(clean_memory.sys, "version", "4.0")
    assert place.judge() == (0, ALL)


def test_a_fault_is_found_at_every_run(place: Place) -> None:
    assert place.judge() == (0, ALL)
    place.write("tables/B.yaml", "bad")
    assert place.judge() == (1, ["B", "service"])
    assert place.judge() == (1, ["B", "service"])  # judged together with the fault, so not known to be clean
    place.write("tables/B.yaml", "b")
    assert place.judge() == (0, [])  # as it was when it passed


@pytest.mark.parametrize("body", ["", "nonsense", "x\n{}", "[]", "\udcff"])
def test_a_damaged_memory_is_forgotten(place: Place, body: str) -> None:
    assert place.judge() == (0, ALL)
    clean_memory.FILE.write_bytes(body.encode("utf-8", "surrogateescape"))
    assert place.judge() == (0, ALL)


def test_a_planted_memory_hides_nothing_from_a_run_afresh(place: Place) -> None:
    place.write("tables/B.yaml", "bad")
    memory = clean_memory.CleanMemory()
    one = check.CHECKS[0]
    memory.remember(one, memory.keys(one, one.judged() or []))
    memory.save()
    assert place.judge() == (0, [])  # whoever writes that file decides; that is why main judges afresh
    assert place.judge("--afresh")[0] == 1


def test_a_file_that_changes_while_it_is_judged_is_not_remembered(place: Place) -> None:
    place.use(f"{JUDGE}echo changed > $1")
    assert place.judge() == (0, ALL)
    changed = {path.stem for path in TEMPLATES.rglob("*.yaml") if path.read_text() == "changed\n"}
    kept = json.loads(clean_memory.FILE.read_text().partition("\n")[2])["clean"]["one"]
    assert {Path(name).stem for name in kept} == set(ALL) - changed
    assert len(changed) == 1


def test_a_folder_that_cannot_be_written_costs_only_time(place: Place) -> None:
    Path("build").write_text("")
    assert place.judge() == (0, ALL)
    assert place.judge() == (0, ALL)


def test_every_check_of_files_says_what_decides_its_verdict() -> None:
    for one in CHECKS:
        if one.files or one.judges:
            assert one.decided_by, one.name
            if one.command[0] == sys.executable:  # our own code decides too
                assert "scripts" in one.decided_by, one.name


def test_the_memory_is_sealed(place: Place) -> None:
    place.judge()
    seal, _, body = clean_memory.FILE.read_bytes().partition(b"\n")
    assert seal.decode() == digest(body)
