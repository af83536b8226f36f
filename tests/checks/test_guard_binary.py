"""cfn-guard is found or its absence explained, and unpacked once and whole."""

import os
import platform
import shutil
import stat
import sys
import tarfile
import threading
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path

import pytest

from scripts.checks import cfn_guard, guard_binary


@pytest.fixture(autouse=True)
def forget():
    """Each test finds cfn-guard anew, and leaves nothing behind for the next."""
    caches = (guard_binary.binary, guard_binary._unpacked)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


@pytest.fixture
def no_path(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """What the wheel has for this platform, unpacked once: that takes a quarter of a second."""
    folder = tmp_path_factory.mktemp("unpacked") / "cfn-guard"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "prefix", str(folder.parent))
        return guard_binary._unpacked.__wrapped__().parent


@pytest.fixture
def environment(monkeypatch, tmp_path, no_path, unpacked):
    """An environment into which it has been unpacked."""
    shutil.copytree(unpacked, tmp_path / "venv" / "cfn-guard")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "venv"))


@pytest.fixture(scope="module")
def small_archive(tmp_path_factory):
    """An archive with the names of the wheel's and next to no content: reading the real one takes a quarter of a second."""
    path = tmp_path_factory.mktemp("archive") / "x.jsii.tgz"
    names = [f"rules/control-tower/cfn-guard/{control}.guard" for control in guard_binary.CONTROLS]
    systems = [f"bin/{system}/x86_64/cfn-guard" for system in guard_binary.SYSTEMS.values()]
    with tarfile.open(path, "w:gz") as tar:
        for name in (*systems, *names):
            tar.addfile(tarfile.TarInfo(f"package/{name}"))
    return path


@pytest.fixture
def new_environment(monkeypatch, tmp_path, no_path, small_archive):
    """An environment into which nothing has been unpacked yet."""
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "venv"))
    monkeypatch.setattr(metadata.PathDistribution, "locate_file", lambda *_: small_archive)
    return tmp_path / "venv"


def program(folder: Path, script: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "cfn-guard"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_unpacks_the_program_and_the_rules_into_the_environment(environment):
    path = guard_binary.binary()
    assert path.is_relative_to(Path(sys.prefix) / "cfn-guard")
    assert path.stat().st_mode & stat.S_IXUSR
    assert len(guard_binary.control_tower_rules()) == len(guard_binary.CONTROLS)
    assert all("rule " in rule.read_text(encoding="utf-8") for rule in guard_binary.control_tower_rules())


def test_unpacks_only_once(environment, monkeypatch):
    monkeypatch.setattr(tarfile, "open", lambda *_: pytest.fail("the archive was read again"))
    assert guard_binary.binary().is_relative_to(sys.prefix)


def test_two_at_once_do_not_disturb_each_other(new_environment, monkeypatch):
    open_archive, both = tarfile.open, threading.Barrier(2)
    monkeypatch.setattr(tarfile, "open", lambda path: (both.wait(60), open_archive(path))[1])
    with ThreadPoolExecutor(2) as pool:
        folders = set(pool.map(lambda _: guard_binary._unpacked.__wrapped__(), range(2)))
    assert len(folders) == 1
    assert [path.name for path in (new_environment / "cfn-guard").iterdir()] == [folders.pop().name]


def test_a_damaged_archive_leaves_nothing_behind(new_environment, monkeypatch, tmp_path):
    (tmp_path / "x.jsii.tgz").write_bytes(b"damaged")
    monkeypatch.setattr(metadata.PathDistribution, "locate_file", lambda *_: tmp_path / "x.jsii.tgz")
    with pytest.raises(guard_binary.CfnGuardMissing, match="could not be unpacked"):
        guard_binary.binary()
    assert list((new_environment / "cfn-guard").iterdir()) == []


@pytest.mark.parametrize(
    ("script", "used"),
    [
        ("echo cfn-guard 3.1.9", True),
        ("echo cfn-guard 2.1.3", False),
        ("echo something else", False),
        ("exit 1", False),
    ],
)
def test_prefers_a_cfn_guard_on_the_path_if_its_version_is_3(monkeypatch, tmp_path, script, used):
    mine = program(tmp_path / "bin", script)
    monkeypatch.setenv("PATH", f"{mine.parent}{os.pathsep}/bin")
    assert (guard_binary.binary() == mine) is used


def test_a_platform_without_program_is_told_what_to_install(new_environment, monkeypatch):
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    with pytest.raises(guard_binary.CfnGuardMissing) as caught:
        guard_binary.binary()
    assert "Windows" in str(caught.value)
    assert "install cfn-guard 3.1 from https://github.com/aws-cloudformation/cloudformation-guard/releases" in str(
        caught.value
    )
    assert "\n" not in str(caught.value)
    assert all(path.exists() for path in guard_binary.control_tower_rules()), "the rules run on any platform"


def test_a_program_that_does_not_run_here_is_told_what_to_install(environment):
    program(guard_binary._unpacked(), "exit 126")
    with pytest.raises(guard_binary.CfnGuardMissing, match=r"does not run on this machine: install cfn-guard 3\.1"):
        guard_binary.binary()


def test_without_the_wheel_setup_is_named(no_path, monkeypatch):
    def absent(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", absent)
    with pytest.raises(guard_binary.CfnGuardMissing, match="make setup"):
        guard_binary.binary()


def test_an_environment_that_cannot_be_written_is_explained(monkeypatch, tmp_path, no_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "file"))
    with pytest.raises(guard_binary.CfnGuardMissing, match="could not be unpacked into"):
        guard_binary.binary()


def test_on_the_command_line_it_prints_the_program(environment, capsys):
    assert cfn_guard.main([]) == 0
    assert Path(capsys.readouterr().out.strip()).name == "cfn-guard"


def test_on_the_command_line_its_absence_is_explained(new_environment, monkeypatch, capsys):
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert cfn_guard.main([]) == 2
    assert "riscv64 is bundled: install cfn-guard 3.1" in capsys.readouterr().err
