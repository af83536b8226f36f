"""The repository as its reader finds it: links lead somewhere, excerpts are real, commands exist, nothing private is in it."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SKIPPED = {".git", ".venv", "build", ".hypothesis", ".ruff_cache", ".pytest_cache"}
PAGES = sorted(path for path in ROOT.rglob("*.md") if not SKIPPED.intersection(path.relative_to(ROOT).parts))
README = (ROOT / "README.md").read_text()


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"(?<!\\)\]\(<?([^)>\s]+)>?\)", page.read_text()):
        if target.startswith(("https://", "mailto:")):
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        assert path.exists(), f"{page}: {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
            assert anchor in map(_anchor, headings), f"{page}: {target}"


def test_excerpts_of_generated_files_are_real() -> None:
    excerpts = re.findall(r"<!-- excerpt: (generated/\S+) -->\n```\w+\n(.*?)```", README, re.DOTALL)
    assert len(excerpts) == 2
    for name, text in excerpts:
        assert text in (ROOT / name).read_text()


def test_every_make_command_of_the_documentation_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        for name in re.findall(r"`make ([a-z-]+)", page.read_text()):
            assert name in targets, f"{page}: make {name}"


def test_make_alone_prints_help() -> None:
    said = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("demo", "test", "check", "generate", "plan", "deploy", "validate"):
        assert f"make {target}" in said


@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements*.txt")), ids=lambda path: path.name)
def test_lock_files_pin_with_hashes_and_name_no_index(path: Path) -> None:
    text = path.read_text()
    packages = re.findall(r"^[a-z0-9].*$", text, re.MULTILINE | re.IGNORECASE)
    assert packages
    for package in packages:
        assert "==" in package
        assert package.endswith("\\")
    assert "://" not in text
