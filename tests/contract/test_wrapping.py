"""What a chat or a word processor puts around a contract, or into it, is one clear error."""

import json

import pytest

from tests.contract.support import check_text, contract

TEXT = json.dumps(contract(), indent=1)
LAST = len(TEXT.splitlines())
CASES = {
    "a fence": (f"```json\n{TEXT}\n```\n", "C122", "fence (```)", f"Keep lines 2 to {LAST + 1}, and remove what stands before and after them."),
    "prose before it": (f"Here is it:\n\n{TEXT}\n", "C122", '"Here is it:"', f"Keep lines 3 to {LAST + 2}, and remove what stands before them."),
    "prose and a fence": (f"Here is it:\n```\n{TEXT}\n```\nBye!\n", "C122", "fence (```)", f"Keep lines 3 to {LAST + 2}"),
    "typographic quotes": (TEXT.replace('"pk"', "\u201cpk\u201d"), "C123", "in all", 'Replace each of them by ".'),
    "a comma too many": (TEXT.replace("\n}", ",\n}"), "C108", "comma", "Remove the comma."),
    "a comment": (f"// mine\n{TEXT}", "C107", "no comments", "Remove the comment"),
    "prose after it": (f"{TEXT}\nBye!\n", "C116", "more after the end", "Remove it"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_one_error_says_what_to_remove(name: str) -> None:
    text, rule, words, fix = CASES[name]
    result, problems = check_text(text)
    assert result is None
    (problem,) = problems
    assert problem.id == rule
    assert words in problem.message and problem.fix.startswith(fix)


@pytest.mark.parametrize("text", [TEXT.replace("\n", "\r\n"), json.dumps(contract(), indent="\t"), f"\n\n{TEXT}\n\n"])
def test_other_line_ends_and_white_space_are_accepted(text: str) -> None:
    result, problems = check_text(text)
    assert result is not None and problems == []


def test_typographic_quotes_in_a_text_are_text() -> None:
    tree = contract()
    tree["description"] = "\u201cthe shop\u201d"
    result, problems = check_text(json.dumps(tree, ensure_ascii=False))
    assert result is not None and problems == []
