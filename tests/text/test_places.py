"""The quick finder of places agrees with the parser that forgives mistakes, wherever the text is JSON."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scripts.contract.tolerant import Parser
from scripts.text.places import Places

LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text())
VALUES = st.recursive(
    LEAVES,
    lambda inside: st.one_of(st.lists(inside, max_size=4), st.dictionaries(st.text(max_size=6), inside, max_size=4)),
    max_leaves=15,
)


@given(VALUES, st.sampled_from([None, 0, 2, "\t"]), st.booleans())
def test_both_find_the_same_places(value: Any, indent: int | str | None, ascii_only: bool) -> None:
    text = " \n" + json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    parser = Parser(text, lambda *_args, **_facts: None)
    assert parser.parse() == value
    places = Places(text)
    for path in (*parser.values, *parser.keys, ("missing",), (0, "missing"), (99,)):
        assert places.value(path) == parser.value(path)
        assert places.key(path) == parser.key(path)


def test_what_looks_like_structure_within_texts_is_none() -> None:
    text = r"""{"a\\": {"x,y": ["[", "}", ":\"", {}]}, "\u00e4": [[], [1, -2.5e3]]}"""
    places = Places(text)
    assert places.key(("ä",)) == text.index(r'"\u00e4"')
    assert places.value(("ä", 1, 1)) == text.index("-2.5e3")
    assert places.value(("a\\", "x,y", 3)) == text.index("{}")
