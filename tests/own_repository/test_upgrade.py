"""Made by copier, lived in, upgraded: nothing of the team's is lost, and only where both have changed a line is there a conflict."""

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pathspec
import pytest
import yaml

from scripts import begin, generate
from scripts.command import Refused
from scripts.engine_archive import ARCHIVE, NoEngineError, compare, fetch
from scripts.own_repository.first_files import ANSWERS, answers
from scripts.own_repository.upgrade_words import upgrade_words
from scripts.own_repository.upgrading import Upgrade, upgrade, version_words
from scripts.path_classes import CONTRACT, OWN, class_of, in_copy
from tests import samples
from tests.documentation import read
from tests.for_each import for_each
from tests.own_repository.conftest import COPIER, ME, begin_git, commit, edit, tracked
from tests.working_copy import ROOT, git, run

ANSWERED = {"service": "orders", "environment": "test-us-gov-east-1", "owners": "@acme/data @acme/cloud"}
OWN_FILES = {
    "README.md": "# Ours\n",
    "docs/own/handbook.md": "# Handbook\n",
    "docs/own/picture.png": "\0\1\2",
    "policies/own/team.guard": "# ours\n",
    "something/else.txt": "ours\n",
    "contracts/settings.yaml": "strict: false\n",
}


def _live(folder: Path) -> None:
    """What a team does: services, policies and pages of its own; a workflow changed, a page too, another removed."""
    samples.write_service(folder)
    for name, text in OWN_FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    for workflow in ("drift", "check"):
        file = folder / ".github" / "workflows" / f"{workflow}.yml"
        file.write_text(f"# Our line in {workflow}.\n" + file.read_text())
    edit(folder / ".github" / "CODEOWNERS", "# Replace", "# We have replaced")
    edit(folder / "docs" / "moving.md", "# ", "# Ours: ")
    (folder / "docs" / "plan.md").unlink()
    commit(folder, "Our life")


def _has_all_of_ours(folder: Path) -> None:
    assert (folder / "contracts/shop/migrationContract.json").is_file()
    assert {name: (folder / name).read_text() for name in OWN_FILES} == OWN_FILES
    assert "# We have replaced" in (folder / ".github" / "CODEOWNERS").read_text()
    assert "# Our line in check." in (folder / ".github/workflows/check.yml").read_text()
    assert not (folder / "docs" / "plan.md").exists(), "what was removed stays removed"
    assert not (folder / "contracts" / "bookshop").exists()


def _has_the_new_version(folder: Path, done: Upgrade) -> None:
    assert done.after == "1.1.0"
    assert done.conflicts == [".github/workflows/drift.yml"]
    assert "# Newer: " in (folder / "docs/cost.md").read_text()
    assert (folder / "docs/new.md").is_file() and not (folder / "docs/approving.md").exists()
    assert (folder / ".github/workflows/sandbox.yml").read_text().startswith("# The project's new line.\n")
    conflict = (folder / ".github/workflows/drift.yml").read_text()
    assert conflict.startswith("<<<<<<< before updating\n# Our line in drift.\n")
    assert "docs/moving.md" in done.kept and (folder / "docs/moving.md").read_text().startswith("# Ours: ")
    assert all(in_copy(name) for name in git(folder, "ls-files").splitlines())
    said = upgrade_words(done)
    assert "You have changed the same lines of these files:\n  .github/workflows/drift.yml\n" in said
    assert "so they stay:\n  docs/moving.md\n" in said


@pytest.fixture(scope="module")
def made(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that copier has made from v1.0.0, with its first files; what copier made is in the file `made`."""
    folder = tmp_path_factory.mktemp("made") / "tables"
    data = [part for name, value in ANSWERED.items() for part in ("--data", f"{name}={value}")]
    code, said = run(
        source.parent, str(COPIER), "copy", "--defaults", "--quiet", "--vcs-ref=v1.0.0", *data, str(source), str(folder)
    )
    assert code == 0, said
    begin_git(folder)
    commit(folder, "What copier has made")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        fetch(Path(".copier-answers.yml"))
        assert begin.main([]) == 0
    commit(folder, "Begin")
    return folder


def _copied(names: Iterable[str]) -> set[str]:
    """What copier makes of the files of the source, by the links in copier/ and the patterns of copier.yml."""
    # Conditions that hold for an upgrade, or with the sample.
    patterns = [re.sub(r"{%.*%}", "", line) for line in yaml.safe_load((ROOT / "copier.yml").read_text())["_exclude"]]
    excluded = pathspec.PathSpec.from_lines("gitignore", filter(None, patterns))
    links = ROOT / "copier"
    # A name that would mean something to git is written otherwise.
    linked = {name for name in names if (links / name).exists() or (links / f"{{{{ '.' }}}}{name[1:]}").exists()}
    return {name for name in linked if not excluded.match_file(name)}


def test_a_copy_has_what_is_for_it_and_nothing_else(made: Path, source: Path) -> None:
    wanted = {name for name in tracked() if in_copy(name) and class_of(name) not in (CONTRACT, OWN)}
    copied = {
        name for name in _copied(tracked()) if class_of(name) != OWN
    }  # pages and policies of a fork, for instance
    assert copied - wanted == set(), "Exclude these in copier.yml, or change their class in scripts/path_classes.toml."
    assert wanted - copied == set(), "Link these in copier/, or change their class in scripts/path_classes.toml."
    # So says copier itself, of the source that has less.
    found = set(git(made, "ls-tree", "-r", "--name-only", "HEAD~1").splitlines()) - {".copier-answers.yml"}
    assert found == _copied(git(source, "ls-tree", "-r", "--name-only", "v1.0.0").splitlines())


def test_it_begins_with_a_service_that_passes_with_the_code_as_one_file(made: Path) -> None:
    code, said = run(made, sys.executable, "-m", "scripts.generate", "--check")
    assert code == 0, said
    assert (made / "build" / "engine").is_dir(), "the code is that of the archive"
    assert "{region: us-gov-east-1}" in (made / "contracts/orders/deployment.yaml").read_text()
    owners = (made / ".github/CODEOWNERS").read_text()
    assert "@acme/data @acme/cloud" in owners and "@your-org" not in owners
    assert begin.main([]) == 0 and git(made, "status", "--porcelain") == "", "what is there is not written again"


def test_whoever_makes_the_code_again_gets_the_same_bytes(made: Path, source: Path, tmp_path: Path) -> None:
    """By the command, and by git alone as docs/own-repository.md says; a changed file and a commit of a fork are refused."""
    said = answers(made / ANSWERS)
    assert compare(made / ANSWERS, made / ARCHIVE) == f"{source} at {said['engine'][:12]}"
    (block,) = re.findall(
        r"^(git clone --quiet --bare ADDRESS .*?)^```", read(Path("docs/own-repository.md")), re.M | re.S
    )
    script = block.replace("ADDRESS", said["_src_path"]).replace("COMMIT", said["engine"])
    script = script.replace("scripts/engine.tar", str(made / ARCHIVE))
    assert run(tmp_path, "bash", "-eo", "pipefail", "-c", script) == (0, "")

    changed = tmp_path / "engine.tar"
    changed.write_bytes((made / ARCHIVE).read_bytes().replace(b"import", b"Import", 1))
    with pytest.raises(NoEngineError, match=r"is not what .* gives: do not trust it"):
        compare(made / ANSWERS, changed)
    of_fork = git(source, *ME, "commit-tree", "-m", "Of a fork", f"{said['engine']}^{{tree}}").strip()
    git(source, "update-ref", "refs/pull/1/head", of_fork)  # as GitHub keeps it
    forged = tmp_path / "answers.yml"
    forged.write_text((made / ANSWERS).read_text().replace(said["engine"], of_fork))
    fetch(forged, changed)
    with pytest.raises(NoEngineError, match="is on no branch and behind no tag of the source"):
        compare(forged, changed)


def test_an_upgrade_loses_nothing_and_the_plan_says_what_it_does(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _live(made)
    monkeypatch.chdir(made)
    assert generate.main([]) == 0
    commit(made, "Generate")
    (made / "uncommitted").touch()
    with pytest.raises(Refused, match="uncommitted changes"):
        upgrade(made, "", "", COPIER, print)
    (made / "uncommitted").unlink()
    before = (made / ARCHIVE).read_bytes()
    done = upgrade(made, "", "", COPIER, print)
    assert (done.before, (made / ARCHIVE).read_bytes() != before) == ("1.0.0", True)
    _has_all_of_ours(made)
    _has_the_new_version(made, done)
    git(made, "checkout", "--ours", ".github/workflows/drift.yml")
    options = ["--against", "HEAD", "--environment", "test-us-gov-east-1"]
    both = f"from scripts import generate, plan; assert generate.main([]) == 0; raise SystemExit(plan.main({options}))"
    code, said = run(made, sys.executable, "-c", both)
    assert code == 2, said
    assert "Example: point-in-time recovery goes from 35 days to 21." in said
    assert "~ Example changes in place." in said
    assert upgrade_words(done._replace(changed=[])) == "This is the newest version already: 1.1.0."


@for_each(
    ("commit", "shown"),
    [("v1.2.0", "1.2.0"), ("1.2.0", "1.2.0"), ("4be1f02", "1.2.0 (4be1f02)"), ("v1.2.0-3-g4be1f02", "1.2.0 (v1.2.0-3-g4be1f02)"), (20 * "4b", "1.2.0 (4b4b4b4b4b4b)")],
)  # fmt: skip
def test_a_version_without_a_tag_is_shown_with_its_commit(tmp_path: Path, commit: str, shown: str) -> None:
    """As copier writes it, which is what `git describe --tags --always` says."""
    (tmp_path / "VERSION").write_text("1.2.0\n")
    (tmp_path / ".copier-answers.yml").write_text(f"_commit: {commit}\n")
    assert version_words(tmp_path) == shown


def test_there_is_no_way_back_to_the_newest_release_from_a_commit_after_it(source: Path, tmp_path: Path) -> None:
    """What copier says of it is about copier: that of the locked one is answered here."""
    made, copier = tmp_path / "made", tmp_path / "copier"
    made.mkdir()
    begin_git(made)
    (made / ".copier-answers.yml").write_text(
        f"_commit: v1.1.0-1-g{'a' * 7}\n_src_path: {source}\nengine: {'a' * 40}\n"
    )
    commit(made, "Made")
    copier.write_text(
        "#!/bin/sh\necho 'You are downgrading from 1.1.0.post1.dev0+aaaaaaa to 1.1.0. Downgrades are not supported.' >&2; exit 1\n"
    )
    copier.chmod(0o755)
    with pytest.raises(Refused, match=r"from a commit after version 1\.1\.0, .* make upgrade TO=HEAD"):
        upgrade(made, "", "", copier, print)


@pytest.fixture
def template(small_source: Path, tmp_path: Path) -> Path:
    """What *Use this template* makes of the version from before there were upgrades: its files, without its history."""
    folder = tmp_path / "template"
    subprocess.run(
        ["git", "clone", "--quiet", "--branch", "early", small_source, folder], check=True, capture_output=True
    )
    subprocess.run(["rm", "-rf", folder / ".git", folder / "contracts" / "bookshop"], check=True)
    begin_git(folder)
    git(folder, "add", "--all")
    commit(folder, "Initial commit")
    return folder


def test_what_a_template_made_is_upgraded_too(small_source: Path, template: Path) -> None:
    _live(template)
    with pytest.raises(Refused, match="FROM=address"):
        upgrade(template, "", "", COPIER, print)
    done = upgrade(template, str(small_source), "", COPIER, print)
    _has_all_of_ours(template)
    _has_the_new_version(template, done)
    assert git(small_source, "rev-parse", "early").strip() in git(template, "show", "HEAD:.copier-answers.yml")


def test_a_changed_engine_stays_a_fork(small_source: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", small_source, clone], check=True, capture_output=True)
    edit(clone / "scripts" / "generate.py", '"""Generate', '"""Ours: generate')
    head = commit(clone, "Our engine")
    with pytest.raises(Refused, match=r"not have: scripts/generate\.py\. Take back"):
        upgrade(clone, str(small_source), "", COPIER, print)
    assert (git(clone, "rev-parse", "HEAD").strip(), git(clone, "status", "--porcelain")) == (head, "")


def test_a_repository_of_another_source_is_refused(small_source: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    begin_git(other)
    (other / "file").write_text("other\n")
    commit(other, "Other")
    with pytest.raises(Refused, match="none of its versions"):
        upgrade(other, str(small_source), "", COPIER, print)
