"""The quick way to YAML text: the bytes of `yaml.dump`, and read back the very same value."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scripts.templates import yaml_text


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, _data: Any) -> bool:
        return True


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=200),
    st.sampled_from(["yes", "null", "1e3", "0x1", "2010-09-09", "~", "=", "<<", "a: b", "# c", "%d", "", " ", "\n"]),
)
# Sentences that are longer than a line, with what decides how they are quoted and where they are broken.
SENTENCES = st.lists(
    st.sampled_from(
        ["is", "alarm", "table:x", "a:", "#x", "x#y", "'q", "q'", "{a}", "-", ":", "", "\u00e9", "yes", "arn:" * 9]
    ),
    max_size=50,
).map(" ".join)
VALUES = st.recursive(
    SCALARS | SENTENCES,
    lambda inside: st.one_of(
        st.lists(inside, max_size=4), st.dictionaries(st.text(st.characters(codec="ascii")), inside, max_size=4)
    ),
    max_leaves=12,
)


def expected(value: Any) -> str:
    dumper = getattr(yaml, "CSafeDumper", None)
    plain = type("Plain", (dumper,), {"ignore_aliases": _Plain.ignore_aliases}) if dumper else _Plain
    return yaml.dump(value, Dumper=plain, sort_keys=False, allow_unicode=True, width=yaml_text.WIDTH)


@given(VALUES)
def test_the_bytes_are_those_of_the_library(value: Any) -> None:
    assert yaml_text.dump(value) == expected(value)


@pytest.mark.parametrize("value", [[True, 1, 1.0, "1", "true"], {"a": {}, "b": [], "c": [{}, [[1]]]}, ("x", ("y",))])
def test_what_is_equal_and_not_the_same_is_written_apart(value: Any) -> None:
    assert yaml_text.dump(value) == expected(value)


def test_one_value_twice_is_written_twice() -> None:
    shared = ["a", "b"]
    assert yaml.safe_load(yaml_text.dump({"x": shared, "y": shared})) == {"x": shared, "y": shared}
    assert "&" not in yaml_text.dump({"x": shared, "y": shared})


def test_anything_else_is_refused() -> None:
    with pytest.raises(yaml.YAMLError):
        yaml_text.dump({"x": object()})
