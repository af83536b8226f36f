"""What a chat or a word processor puts around a contract, or into it, is one clear error."""

import json
from collections import Counter
from time import process_time

import pytest

from scripts.contract import problem_collector
from tests.contract.support import check_text, contract
from tests.for_each import for_each

TEXT = json.dumps(contract(), indent=1)
CRLF = TEXT.replace("\n", "\r\n")
LAST = len(TEXT.splitlines())
CASES = {
    "a fence": (f"```json\n{TEXT}\n```\n", "C122", "fence (```)", f"Keep lines 2 to {LAST + 1}, and remove what stands before and after them."),
    "prose before it": (f"Here is it:\n\n{TEXT}\n", "C122", '"Here is it:"', f"Keep lines 3 to {LAST + 2}, and remove what stands before them."),
    "prose and a fence": (f"Here is it:\n```\n{TEXT}\n```\nBye!\n", "C122", "fence (```)", f"Keep lines 3 to {LAST + 2}"),
    "prose with brackets": (f"Here {{x}}:\n```json\n{TEXT}\n```\nBye {{y}}!\n", "C122", "fence (```)", f"Keep lines 3 to {LAST + 2}"),
    "fences in fences": (f"````markdown\n```json\n{TEXT}\n```\n````\n", "C122", "fence (```)", f"Keep lines 3 to {LAST + 2}"),
    "another fence first": (f"```text\nx\n```\n~~~\n{TEXT}\n~~~\n", "C122", "fence (```)", f"Keep lines 5 to {LAST + 4}"),
    "other line ends": (f"```json\r\n{CRLF}\r\n```\r\n", "C122", "fence (```)", f"Keep lines 2 to {LAST + 1}"),
    "an assignment": (f"module.exports = {TEXT};\n", "C122", '"module.exports =" stands', f'Keep lines 1 to {LAST}, the first from its "{{" on'),
    "a quoted mail": ("> " + TEXT.replace("\n", "\n> "), "C122", 'Each line begins with something like "> "', "Remove that from each line."),
    "a difference": ("+" + TEXT.replace("\n", "\n+"), "C122", "Each line begins", "Remove that from each line."),
    "numbered lines": ("\n".join(f"{n} {line}" for n, line in enumerate(TEXT.splitlines(), 8)), "C122", "Each line begins", "Remove that"),
    "typographic quotes": (TEXT.replace('"pk"', "\u201cpk\u201d"), "C123", "\u201c, \u201d; 8 in all", 'Replace \u201c with ", \u201d with ".'),
    "single ones": (TEXT.replace('"pk"', "\u2018pk\u2019"), "C123", "\u2018, \u2019; 8 in all", 'Replace \u2018 with "'),
    "all quotes": (TEXT.replace('"', "\u201d"), "C123", "in all", 'Replace \u201d with ".'),
    "no-break spaces": (TEXT.replace(" ", "\u00a0", 3), "C123", "U+00A0 (no-break space); 3 in all", "Replace U+00A0 (no-break space) with a space."),
    "invisible spaces": (TEXT.replace("{", "\u200b{", 1), "C123", "U+200B (zero width space)", "Replace U+200B (zero width space) with nothing."),
    "a dash": (TEXT.replace("900", "\u2013900"), "C123", "\u2013; 1 in all", "Replace \u2013 with -."),
    "full width": (TEXT.replace(":", "\uff1a", 1), "C123", "\uff1a; 1 in all", "Replace \uff1a with :."),
    "a comma too many": (TEXT.replace("\n}", ",\n}"), "C108", "comma", "Remove the comma."),
    "a comment": (f"// mine\n{TEXT}", "C107", "no comments", "Remove the comment"),
    "prose after it": (f"{TEXT}\nBye!\n", "C116", "more after the end", "Remove it"),
}  # fmt: skip


@for_each("name", CASES)
def test_one_error_says_what_to_remove(name: str) -> None:
    text, rule, words, fix = CASES[name]
    result, problems = check_text(text)
    assert result is None
    (problem,) = problems
    assert problem.id == rule
    assert words in problem.message and problem.fix.startswith(fix)


@for_each("text", [TEXT.replace("\n", "\r\n"), json.dumps(contract(), indent="\t"), f"\n\n{TEXT}\n\n"])
def test_other_line_ends_and_white_space_are_accepted(text: str) -> None:
    result, problems = check_text(text)
    assert result is not None and problems == []


def test_typographic_quotes_in_a_text_are_text() -> None:
    tree = contract()
    tree["description"] = "\u201cthe shop\u201d"
    result, problems = check_text(json.dumps(tree, ensure_ascii=False))
    assert result is not None and problems == []


def test_text_around_and_quotes_are_told_together() -> None:
    result, problems = check_text("```\n" + TEXT.replace('"', "\u201d") + "\n```\n")
    assert result is None and [problem.id for problem in problems] == ["C122", "C123"]
    assert problems[1].line == 3


@pytest.mark.parametrize("broken", [f"Here:\n{TEXT[:-1]}", f"Here:\n{TEXT.replace('900', '90 0')}\n"])
def test_a_part_is_never_taken_for_the_contract(broken: str) -> None:
    result, problems = check_text(broken)
    assert result is None and "C122" not in {problem.id for problem in problems}


@pytest.mark.parametrize("part", ['\\"', "{", "\u201c", "<<<<<<< a b  ", "\n> ", "1 ", "[", "```\n"])
def test_the_time_does_not_grow_faster_than_the_file(part: str) -> None:
    begun = process_time()
    result, problems = check_text("x" + part * 200_000)
    assert result is None and problems
    assert process_time() - begun < 10, "a fraction of a second, where no text is looked at again and again"


@for_each("text", ["[" + "1," * 500 + "1]", "#\n" * 500, "{" + "a:1," * 500 + "}"])
def test_no_more_is_told_than_somebody_may_read(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And no more is looked at: a file of 20 MB could hold ten million mistakes."""
    monkeypatch.setattr(problem_collector, "MOST", 100)
    result, problems = check_text(text)
    assert result is None
    assert max(Counter(problem.id for problem in problems).values()) == 100


@for_each(
    ("text", "looks"),
    [
        ("tables:\n- table: Users\n", "YAML"),
        ("---\ntables:\n- a\n", "YAML"),
        ("<!DOCTYPE html>\n<html/>", "XML or HTML"),
        ("\n\nCREATE TABLE users (id INT);", "SQL"),
        ("eyJ0YWJsZXMiOltdfQ==", ""),
        ("table,pk\nUsers,id\n", ""),
    ],
)
def test_another_format_is_one_error(text: str, looks: str) -> None:
    result, problems = check_text(text)
    assert result is None
    (problem,) = problems
    assert (problem.id, problem.line) == ("C115", len(text) - len(text.lstrip()) + 1)
    assert problem.fix == "Write the contract as JSON, which begins with {" + (
        f": this looks like {looks}." if looks else "."
    )


@for_each("left_out", ["...", "\u2026", '"...": 1'])
def test_what_was_left_out_is_told(left_out: str) -> None:
    result, problems = check_text(TEXT.replace('"tables"', f'{left_out}, "tables"', 1))
    told = [problem for problem in problems if problem.id in ("C115", "C409")]
    assert len(told) == 1
    assert "remove it" in told[0].fix
    assert (result is None) == (told[0].id == "C115")
