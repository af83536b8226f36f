"""The repository as its reader finds it: excerpts are real, `make` helps, and lock files pin."""

import re
import subprocess
from pathlib import Path

from scripts import generate
from tests.for_each import for_each
from tests.working_copy import KEPT_SAMPLE, ROOT

README = (ROOT / "README.md").read_text()


def test_excerpts_of_generated_files_are_real(tmp_path: Path) -> None:
    """Those of the README that comes with the project, which shows the sample as it comes with it; one's own has none."""
    excerpts = re.findall(r"<!-- excerpt: (generated/\S+) -->\n```\w+\n(.*?)```", README, re.DOTALL)
    if excerpts:
        assert generate.main(["--contracts", str(KEPT_SAMPLE.parent), "--out", str(tmp_path / "generated")]) == 0
        made = sum(path.is_file() for path in (tmp_path / "generated").rglob("*"))
        assert f"`make generate` writes {made}." in README
    for name, text in excerpts:
        assert text in (tmp_path / name).read_text(), name


def test_the_changelog_begins_with_this_version() -> None:
    version = (ROOT / "VERSION").read_text().strip()
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    changelog = (ROOT / "CHANGELOG.md").read_text()
    headings = re.findall(r"^## (.+)$", changelog, re.MULTILINE)
    assert headings[0] == version
    for section in re.split(r"^## .+$", changelog, flags=re.MULTILINE)[1:]:
        assert "- Templates: " in section and "- Plan to expect: " in section


def test_a_tag_names_the_version_of_its_commit() -> None:
    tags = subprocess.run(["git", "tag", "--list", "v*"], cwd=ROOT, capture_output=True, text=True, check=False)
    for tag in tags.stdout.split():  # none in a shallow clone, or without git
        there = subprocess.run(["git", "show", f"{tag}:VERSION"], cwd=ROOT, capture_output=True, text=True, check=True)
        assert f"v{there.stdout.strip()}" == tag


def test_make_alone_prints_help() -> None:
    said = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("demo", "test", "check", "generate", "plan", "deploy", "validate"):
        assert f"make {target}" in said


@for_each("path", sorted(ROOT.glob("requirements*.txt")), ids=lambda path: path.name)
def test_lock_files_pin_with_hashes_and_name_no_index(path: Path) -> None:
    text = path.read_text()
    packages = re.findall(r"^[a-z0-9].*$", text, re.MULTILINE | re.IGNORECASE)
    assert packages
    for package in packages:
        assert "==" in package
        assert package.endswith("\\")
    assert "://" not in text
