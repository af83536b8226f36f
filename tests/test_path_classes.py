"""Every file of the repository has its class, so that nothing is taken for a contract, or left out of a copy, by mistake."""

import subprocess

import pytest

from scripts.path_classes import CONTRACT, OWN, beyond_contracts, class_of, patterns
from tests.for_each import for_each
from tests.working_copy import ROOT

ONLY_IN_COPIES = {".copier-answers.yml", "scripts/engine.tar"}


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no working copy of git, which knows what belongs to the repository")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="surrogateescape", check=True)
    return done.stdout.split("\0")[:-1]


def test_every_file_has_one_class(tracked: list[str]) -> None:
    wrong = [path for path in tracked if class_of(path) is None]
    assert not wrong, "Give each of these files a class in scripts/path_classes.toml."


def test_no_two_classes_have_patterns_of_one_length_for_a_file(tracked: list[str]) -> None:
    """The longest counts, so there has to be one."""
    for path in tracked:
        lengths = [len(text) for of in patterns().values() for text, pattern in of.items() if pattern.fullmatch(path)]
        assert lengths.count(max(lengths)) == 1, path


def test_every_pattern_is_needed(tracked: list[str]) -> None:
    unused = [
        path
        for name, of in patterns().items()
        for path, pattern in of.items()
        if name not in (CONTRACT, OWN) and path not in ONLY_IN_COPIES and not any(map(pattern.fullmatch, tracked))
    ]
    assert not unused, "Nothing matches these patterns of scripts/path_classes.toml. Remove them."


@for_each(
    ("path", "contract"),
    [
        ("contracts/shop/migrationContract.json", True),
        ("contracts/shop/deployment.yaml", True),
        ("contracts/settings.yaml", True),
        ("generated/shop/prod/templates/tables/Orders.yaml", True),
        ("contracts/deployment.schema.json", False),
        ("contracts/settings.yaml.py", False),
        ("contracts\nscripts/x", False),
        ("generated", False),
        ("xgenerated/a", False),
        ("scripts/generate.py", False),
        ("tests/test_docs.py", False),
        (".github/workflows/check.yml", False),
        ("Makefile", False),
        ("something/new.py", False),
    ],
)
def test_only_contracts_and_what_is_generated_are_the_contracts(path: str, contract: bool) -> None:
    assert beyond_contracts([path]) == ([] if contract else [path])
