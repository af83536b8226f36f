"""The repository as its reader finds it: excerpts are real, `make` helps, and lock files pin."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.working_copy import HAS_SAMPLE, KEPT_SAMPLE, ROOT, SAMPLE

README = (ROOT / "README.md").read_text()


@pytest.mark.contracts
@pytest.mark.skipif(not HAS_SAMPLE, reason="the sample, which the README shows, was removed")
def test_excerpts_of_generated_files_are_real() -> None:
    excerpts = re.findall(r"<!-- excerpt: (generated/\S+) -->\n```\w+\n(.*?)```", README, re.DOTALL)
    assert len(excerpts) == 2
    for name, text in excerpts:
        assert text in (ROOT / name).read_text()


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


@pytest.mark.contracts
@pytest.mark.skipif(not HAS_SAMPLE, reason="the sample was removed")
def test_the_sample_of_the_tests_is_the_sample() -> None:
    kept = {path.name: path.read_bytes() for path in KEPT_SAMPLE.iterdir()}
    assert kept == {path.name: path.read_bytes() for path in (ROOT / "contracts" / SAMPLE).iterdir()}, (
        f"cp contracts/{SAMPLE}/* {KEPT_SAMPLE.relative_to(ROOT)}/"
    )
