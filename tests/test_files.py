"""A folder is brought to hold what is wanted: whole files only, no needless writes, nothing left over."""

import os
from pathlib import Path, PurePosixPath

import pytest

from scripts import files
from scripts.files import Changes, apply_changes, compare_tree, write_atomically

OLD = {"same": "s", "changed": "before", "gone": "g", "folder/deep/gone": "g", "folder/record": "r"}
NEW = {"same": "s", "changed": "after", "new/one": "ü\r\n"}


def is_record(path: PurePosixPath) -> bool:
    return path.name == "record"


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, content in OLD.items():
        path = tmp_path / "out" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return tmp_path / "out"


def bring(root: Path, wanted: dict[str, str]) -> Changes:
    changes = compare_tree(root, wanted, is_record)
    apply_changes(root, wanted, changes)
    return changes


def test_what_differs_is_told_and_mended(root: Path) -> None:
    assert bring(root, NEW) == Changes(("new/one",), ("changed",), ("folder/deep/gone", "gone"))
    assert contents(root) == {
        "same": b"s",
        "changed": b"after",
        "new/one": "ü\r\n".encode(),
        "folder/record": b"r",
    }
    assert not (root / "folder" / "deep").exists(), "an empty folder stays"
    assert not compare_tree(root, NEW, is_record)


def test_all_gone_leaves_the_root(root: Path) -> None:
    bring(root, {})
    assert contents(root) == {"folder/record": b"r"}
    (root / "folder" / "record").unlink()
    bring(root, {"a/b": ""})
    bring(root, {})
    assert root.is_dir()
    assert not (root / "a").exists()


def test_a_folder_that_is_not_there_is_made(tmp_path: Path) -> None:
    assert bring(tmp_path / "x" / "y", {"a": "1"}) == Changes(("a",))
    assert (tmp_path / "x" / "y" / "a").read_text() == "1"


def test_unchanged_files_are_not_written(root: Path) -> None:
    os.utime(root / "same", ns=(1, 1))
    os.utime(root / "changed", ns=(1, 1))
    bring(root, NEW)
    assert (root / "same").stat().st_mtime_ns == 1
    assert (root / "changed").stat().st_mtime_ns != 1


def test_files_can_be_read_by_all_and_run_by_none(root: Path) -> None:
    mask = os.umask(0o077)
    try:
        bring(root, NEW)
    finally:
        os.umask(mask)
    assert [(root / name).stat().st_mode & 0o777 for name in ("changed", "new/one")] == [0o644, 0o644]


@pytest.mark.parametrize("failing", ["replace", "chmod"])
def test_a_failure_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, failing, fail)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, "new")
    monkeypatch.undo()
    assert contents(tmp_path) == {"file": b"old"}


def test_text_that_cannot_be_encoded_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "x" * 100_000 + "\ud800")
    assert contents(tmp_path) == {"file": b"old"}


@pytest.mark.parametrize("target", ["same", ".", "nowhere"])
def test_symbolic_links_are_refused(root: Path, target: str) -> None:
    outside = root.parent / "outside"
    outside.mkdir()
    (root / "folder" / "link").symlink_to(outside if target == "." else root / target)
    with pytest.raises(FileExistsError, match=r"link is a symbolic link; remove it"):
        compare_tree(root, NEW, is_record)


def test_a_file_that_another_run_is_writing_is_let_be(root: Path) -> None:
    (root / ".writing-abc").write_text("half")
    changes = bring(root, NEW)
    assert ".writing-abc" not in changes.removed
    assert (root / ".writing-abc").exists()


def test_two_runs_that_remove_the_same_files(tmp_path: Path) -> None:
    for name in ("kept.md", "old/a/one.md", "old/a/two.md", "old/b/three.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    changes = compare_tree(tmp_path, {"kept.md": ""}, lambda _: False)
    (tmp_path / "old/a/one.md").unlink()
    (tmp_path / "old/b/three.md").unlink()
    (tmp_path / "old/b").rmdir()
    apply_changes(tmp_path, {}, changes)
    apply_changes(tmp_path, {}, changes)
    assert [path.name for path in tmp_path.iterdir()] == ["kept.md"]
