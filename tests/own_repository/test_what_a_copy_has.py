"""A repository of one's own hangs together without what it does not have, and is small."""

import re
import subprocess
from pathlib import Path

import pytest

from scripts.path_classes import CONTRACT, OWN, class_of, in_copy
from tests.documentation import links, read
from tests.working_copy import ROOT

OWNERS = ".github/CODEOWNERS"  # a team's own, and there from the beginning
MOST = 338  # half of the 676 files that a copy once had


@pytest.fixture(scope="module")
def files() -> set[str]:
    """What a new copy has, before its first files of its own."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no working copy of git, which knows what belongs to the repository")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    theirs = (CONTRACT, OWN)
    return {OWNERS, *(name for name in done.stdout.split("\0")[:-1] if in_copy(name) and class_of(name) not in theirs)}


def test_it_has_less_than_half_of_the_files_that_a_copy_once_had(files: set[str]) -> None:
    assert len(files) < MOST


@pytest.mark.parametrize("page", ["README.md", "docs/own-repository.md"])
def test_pages_say_how_many_they_are(files: set[str], page: str) -> None:
    said = re.search(r"begins with about (\d+) files", read(Path(page)))
    if said is None and page == "README.md":
        return  # a team's own says nothing of the kind
    assert said and abs(int(said[1]) - len(files)) <= 10, len(files)


def test_its_pages_link_to_what_it_has(files: set[str]) -> None:
    folders = {str(parent) for name in files for parent in Path(name).parents}
    wrong = [
        f"{name}: {target}"
        for name in sorted(files)
        if name.endswith(".md")
        for target in links(read(Path(name)))
        if not re.match(r"[a-z]+:|#", target) and _resolved(name, target) not in files | folders
    ]
    assert not wrong, "No copy has these: name them without a link.\n" + "\n".join(wrong)


def _resolved(page: str, target: str) -> str:
    path = (ROOT / page).parent / target.partition("#")[0]
    return path.resolve().relative_to(ROOT.resolve()).as_posix()
