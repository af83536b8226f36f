"""Whoever runs a target of make reads nothing about options of a module."""

import re
from collections.abc import Iterator

import pytest

from scripts import drill, new_contract
from scripts.make_words import WORDS, in_make_words
from tests.for_each import for_each
from tests.working_copy import ROOT, source_of

TARGET = {"environment": "ENV", "service": "SERVICE", "region": "REGION"}
# What has a default that is always good, or an error that names its own variable; make never needs to explain them.
SELF_EXPLAINING = {"against", "afresh", "clean", "contract", "in", "keep", "long", "only", "regions", "to"}


def _given() -> Iterator[tuple[str, str, str]]:
    """Module, option and variable, for all that the Makefile gives to a command."""
    text = (ROOT / "Makefile").read_text().replace("\\\n", " ")
    for module, rest in re.findall(r"\$\(RUN\) (scripts\.\S+)(.*)", text):
        options = dict(re.findall(r"\$\(call (?:OPTION|LIST),([\w-]+),(\w+)\)", rest))
        options |= {option: name for name, option in re.findall(r"\$\(if \$\(value (\w+)\),--([\w-]+)\)", rest)}
        options |= TARGET if "$(TARGET)" in rest else {}
        yield from ((module, option, variable) for option, variable in options.items())


def test_every_option_that_make_gives_has_its_word() -> None:
    given = list(_given())
    assert len(given) > 30
    lost = {option for _, option, _ in given if option not in SELF_EXPLAINING and f"--{option}" not in WORDS}
    assert lost == set()
    wrong = [each for each in given if (word := WORDS.get(f"--{each[1]}")) and not word.startswith(f"{each[2]}=")]
    assert wrong == []


def test_no_option_that_make_gives_is_refused_by_argparse() -> None:
    wrong = []
    for module, option, _ in _given():
        source = source_of(module).read_text()
        for call in re.findall(rf'add_argument\(\s*"--{option}"(.*?)\n    \S', source, re.DOTALL):
            wrong += [(module, option)] if re.search(r"required=True|choices=|type=(?!Path)", call) else []
    assert wrong == []


@for_each(
    ("said", "of_make"),
    [
        ("Say it with --environment: dev, prod.", "Say it with ENV=name: dev, prod."),
        ("Leave --region out", "Leave REGION=name out"),
        ("Fix it: aws dynamodb list-tables --region eu-west-1", "Fix it: aws dynamodb list-tables --region eu-west-1"),
        ("a--yes --yesterday --format", "a--yes --yesterday --format"),
    ],
)
def test_options_become_variables(monkeypatch: pytest.MonkeyPatch, said: str, of_make: str) -> None:
    assert in_make_words(said) == said
    monkeypatch.setenv("MAKELEVEL", "1")
    assert in_make_words(said) == of_make


@for_each(
    ("command", "argv", "said"),
    [
        (drill, [], "Which table? Say it with TABLE=name.\n"),
        (drill, ["--table", "Orders", "--from", "tape"], "FROM=source can be point-in-time or backup, not tape.\n"),
        (drill, ["--table", "Orders", "--items", "few"], "ITEMS=number can be a number from 1, or all, not few.\n"),
        (new_contract, [], "From what? Say it with FROM=source: live, or the path of a data model of another tool.\n"),
        (
            new_contract,
            ["--from", "no.json", "--service", "none-yet"],
            "no.json: there is no such file. Name a data model of another tool, or live for tables of an account.\n",
        ),
        (new_contract, ["--from", "live"], "Which name for the new service? Say it with SERVICE=name.\n"),
    ],
)
def test_a_variable_that_is_missing_is_named_as_make_knows_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: object, argv: list[str], said: str
) -> None:
    monkeypatch.setenv("MAKELEVEL", "1")
    assert command.main(argv) == 1  # type: ignore[attr-defined]
    error = capsys.readouterr().err
    assert error.startswith(said), error
    assert "--" not in error


def test_no_message_says_an_option_in_both_ways() -> None:
    both = re.compile(r"--[a-z-]+,? \(?(?:or )?(?:make's )?[A-Z_]+=")
    wrong = [path.name for path in (ROOT / "scripts").rglob("*.py") if both.search(path.read_text())]
    assert wrong == []
