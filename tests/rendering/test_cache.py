"""Generating only what has changed gives the bytes of generating everything, whatever happened to files, code or memory."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts import generate
from scripts.project.services import read_services
from scripts.rendering import cache
from scripts.rendering import service_files as rendering
from scripts.rendering.service_files import generated_texts
from tests import samples

ROOT = Path(__file__).parent.parent.parent
SETTINGS = "environments: {{{name}-eu-west-1: {{region: eu-west-1, table_prefix: {name}-}}}}\n"
SERVICES = ("first", "second", "third")


class Place:
    """Three services in the working directory, generated once; `rendered` has the services of the last run."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self._capture, self.rendered = capture, [""]
        self.tables: list[str] = []
        made = rendering.Rendering.__init__

        def record(one: rendering.Rendering, service: rendering.Service, *known: Any) -> None:
            made(one, service, *known)
            self.rendered.append(service.name)
            self.tables += one.tables

        monkeypatch.setattr(rendering.Rendering, "__init__", record)
        monkeypatch.chdir(root)
        # Code of its own, so that nobody who edits a script meanwhile has everything rendered again.
        self.script = root / "code" / "scripts" / "pages" / "some.py"
        self.script.parent.mkdir(parents=True)
        self.script.write_text("a = 1\n")
        monkeypatch.setattr(cache, "ROOT", root / "code")
        for name in SERVICES:
            samples.write_service(root, name, {"tables": [samples.PRICES]}, SETTINGS.format(name=name))
        self.root, self.generated = root, root / "generated"
        assert self.run() == (0, list(SERVICES))

    def run(self, *options: str) -> tuple[int, list[str]]:
        self.rendered.clear()
        self.tables.clear()
        code = generate.main(list(options))
        self.out, self.err = self._capture.readouterr()
        return code, list(self.rendered)

    def is_right(self) -> bool:
        """Whether generated/ has exactly the bytes of everything rendered anew."""
        files = {p.relative_to(self.generated).as_posix(): p.read_text() for p in self.generated.rglob("*.*")}
        return files == generated_texts(read_services(self.root / "contracts"))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Place:
    return Place(tmp_path, monkeypatch, capsys)


def test_only_the_service_that_changed_is_rendered(place: Place) -> None:
    assert place.run() == (0, [])
    assert place.out.endswith(" files, all up to date\n")
    samples.write_service(place.root, "second", samples.contract(), SETTINGS.format(name="second"))
    assert place.run() == (0, ["second"])
    assert place.is_right()
    assert place.run("--exit-non-zero-on-change") == (0, [])


def test_a_service_that_is_new_or_gone_is_found(place: Place) -> None:
    samples.write_service(place.root, "fourth", {"tables": [samples.PRICES]}, SETTINGS.format(name="fourth"))
    assert place.run()[0] == 0
    assert place.is_right()
    for path in (place.root / "contracts" / "first").iterdir():
        path.unlink()
    (place.root / "contracts" / "first").rmdir()
    assert place.run("--exit-non-zero-on-change")[0] == 1
    assert place.is_right()


def _edit(path: Path) -> None:
    path.write_text(path.read_text() + " ")


@pytest.mark.parametrize("harm", [_edit, Path.unlink, lambda path: path.with_name("extra.md").write_text("more")])
def test_what_happened_to_a_generated_file_is_mended(place: Place, harm: Callable[[Path], object]) -> None:
    harm(place.generated / "second" / "tables" / "Prices.md")
    assert place.run("--exit-non-zero-on-change")[0] == 1
    assert place.is_right()
    assert place.run("--exit-non-zero-on-change")[0] == 0


def _wrong(change: Callable[[str], str]) -> Callable[[Path], object]:
    return lambda path: path.write_text(change(path.read_text()))


@pytest.mark.parametrize(
    "harm",
    [
        _wrong(lambda _: ""),
        _wrong(lambda text: text[: len(text) // 2]),
        _wrong(lambda text: text.replace("second/tables/Prices.md", "second/tables/Prizes.md")),
        _wrong(lambda text: text.replace('"second/README.md"', '"second/missing"')),
        _wrong(lambda _: "[]"),
        _wrong(lambda _: '{"seal": 1, "body": {"made by": 1}}'),
        _wrong(lambda _: "[" * 100_000),
        lambda path: path.write_bytes(b"\xff\xfe"),
        Path.unlink,
    ],
)
def test_a_memory_that_is_not_whole_is_no_memory(place: Place, harm: Callable[[Path], object]) -> None:
    harm(cache.FILE)
    (place.generated / "second" / "README.md").write_text("by hand")
    assert place.run() == (0, list(SERVICES))
    assert place.is_right()
    assert place.run() == (0, [])


def test_a_changed_script_renders_everything(place: Place) -> None:
    assert place.run() == (0, [])
    place.script.write_text("a = 2\n")
    assert place.run() == (0, list(SERVICES))
    place.script.rename(place.script.with_name("other.py"))
    assert place.run() == (0, list(SERVICES))
    assert place.run() == (0, [])


def test_a_check_renders_what_has_changed_and_everything_where_asked_to(place: Place) -> None:
    assert place.run("--check") == (0, [])
    assert place.run("--check", "--afresh") == place.run("--afresh") == (0, list(SERVICES))
    page = place.generated / "second" / "README.md"
    right = page.read_text()
    page.write_text(f"{right}by hand\n")
    for _ in range(2):
        assert place.run("--check") == (1, ["second"]), "what it has found it does not take for clean"
    page.write_text(right)
    assert place.run("--check") == (0, [])


def test_part_of_the_services_is_not_remembered(place: Place) -> None:
    samples.write_service(place.root, "second", {"tables": [samples.PRICES]}, SETTINGS.format(name="first"))
    assert place.run("--service", "second") == (0, ["second"])
    code, _ = place.run()  # only both together show that they mean the same table
    assert code == 2
    assert "S206" in place.err
    assert "also belongs to first" in place.err


def test_a_service_is_held_against_those_that_are_only_remembered(place: Place) -> None:
    settings = "# a comment\nenvironments:\n  first-eu-west-1: {region: eu-west-1, table_prefix: first-}\n"
    samples.write_service(place.root, "third", {"tables": [samples.PRICES]}, settings)
    assert place.run()[0] == 2
    assert "third/deployment.yaml" in place.err
    assert "3:" in place.err, "the place is that of the line, although nothing but a name is remembered"


def test_a_doubt_is_told_every_time_though_nothing_is_rendered(place: Place) -> None:
    settings = SETTINGS.format(name="first") + "tables: {Prices: {ttl: nothing}}\n"
    samples.write_service(place.root, "first", {"tables": [samples.PRICES]}, settings)
    assert place.run()[0] == 0
    first = place.err
    assert "S205" in first
    assert place.run() == (0, [])
    assert place.err == first


def test_a_memory_that_cannot_be_written_stops_nothing(place: Place) -> None:
    shutil.rmtree(cache.FILE.parent)
    cache.FILE.parent.write_text("in the way")
    assert place.run() == (0, list(SERVICES))


WATCH = """
import json, os, sys
opened = set()
sys.addaudithook(lambda event, found: opened.add(str(found[0])) if event == "open" and found[1] in ("r", "rb") else None)
from scripts import generate
code = generate.main(["--afresh"])
print(json.dumps([code, sorted(opened)]))
"""


def test_nothing_else_is_read(place: Place) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", WATCH], env=environment, capture_output=True, text=True, check=True)
    code, opened = json.loads(done.stdout.splitlines()[-1])
    assert code == 0
    known = [str(ROOT / name) for name in cache.CODE]
    read = [path for path in opened if path.startswith(str(ROOT)) and not path.startswith(sys.prefix)]
    assert read, "the watch sees something"
    assert [path for path in read if not path.startswith(tuple(known))] == []
    here = {Path(path).parts[0] for path in opened if not (path.isdigit() or Path(path).is_absolute())}
    assert here <= {"contracts", "generated", "build"}


def test_a_run_without_changes_imports_next_to_nothing(place: Place) -> None:
    script = "import sys; from scripts import generate; code = generate.main([]); print(code, *sorted(sys.modules))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
        )
    code, *modules = done.stdout.splitlines()[-1].split()
    assert code == "0"
    assert {
        "scripts.rendering.service_files",
        "scripts.project.services",
        "scripts.model",
        "yaml",
        "difflib",
    }.isdisjoint(modules)
