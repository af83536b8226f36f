"""Values are set in the text of a YAML file, and no other line changes."""

import string
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from scripts.text.yaml_edit import NotEditableError, Whole, merged, plain, with_values
from tests.for_each import for_each

# (text, what is set, the text after that)
CASES = {
    "a new value at the end of a group": (
        "a:\n  b: 1  # one\n\nc: 2\n",
        {"a": {"d": 3}},
        "a:\n  b: 1  # one\n  d: 3\n\nc: 2\n",
    ),
    "another value": ("a:\n  b: 1  # one\n", {"a": {"b": "x"}}, "a:\n  b: x  # one\n"),
    "in braces": ("a: {b: 1}  # one\n", {"a": {"c": [1, "off"]}}, "a: {b: 1, c: [1, 'off']}  # one\n"),
    "in empty braces": ("a: {}\n", {"a": {"c": True}}, "a: {c: true}\n"),
    "in braces of several lines": ("a: {\n  b: 1,  # one\n}\n", {"a": {"c": 2}}, "a: {\n  b: 1, c: 2,  # one\n}\n"),
    "a name without a value": ("a:  # empty\nb: 1\n", {"a": {"c": 2}}, "a:  # empty\n  c: 2\nb: 1\n"),
    "groups that are not there yet": ("a: 1\n", {"b": {"c": {"d": 1}}}, "a: 1\nb:\n  c: {d: 1}\n"),
    "no newline at the end": ("a: 1", {"b": 2}, "a: 1\nb: 2"),
    "a group instead of a group": (
        "a:\n  b:\n    c: 1\n  d: 2\n",
        {"a": {"b": Whole({"e": 1})}},
        "a:\n  b: {e: 1}\n  d: 2\n",
    ),
    "nothing instead of a group": ("a:\n  b:\n    c: 1\n  d: 2\n", {"a": {"b": {}}}, "a:\n  b: {}\n  d: 2\n"),
    "after a list": ("a:\n  b:\n  - 1\n  - 2\n", {"a": {"c": 3}}, "a:\n  b:\n  - 1\n  - 2\n  c: 3\n"),
    "after a text of several lines": (
        "a:\n  b: |\n    x\n    y\n\nz: 1\n",
        {"a": {"c": 3}},
        "a:\n  b: |\n    x\n    y\n  c: 3\n\nz: 1\n",
    ),
    "names that need quotes": ("a: 1\n", {"123": {"no": 1}}, "a: 1\n'123':\n  'no': 1\n"),
    "comments stay where they are": (
        "# top\na:\n  # of b\n  b: 1\n  # last\nc: 1\n",
        {"a": {"d": 2}},
        "# top\na:\n  # of b\n  b: 1\n  d: 2\n  # last\nc: 1\n",
    ),
    "a line that would be too long": (
        'a:\n  b: {c: "1", d: {e: 2}}  # one\n  z: 1\n',
        {"a": {"b": {"d": {"f": "x" * 100}}}},
        f'a:\n  b:  # one\n    c: "1"\n    d: {{e: 2, f: {"x" * 100}}}\n  z: 1\n',
    ),
}


@for_each(("text", "changes", "after"), CASES.values(), ids=CASES)
def test_only_the_lines_that_say_it_change(text: str, changes: dict[str, Any], after: str) -> None:
    assert with_values(text, changes, 2 if "too long" not in text and len(after) < 100 else 3) == after


@for_each("text", ["", "# nothing\n", "- 1\n", "text\n", "? a\n: 1\n", "{a: 1}\nb: 2\n", "a: [\n"])
def test_what_cannot_be_edited_is_refused(text: str) -> None:
    try:
        result = with_values(text, {"a": {"b": 1}}, 2)
    except (NotEditableError, yaml.YAMLError):
        return
    assert yaml.safe_load(result) == merged(yaml.safe_load(text), {"a": {"b": 1}})


names = st.text(string.ascii_letters + string.digits + "_.-", min_size=1, max_size=6).map(lambda name: f"k{name}")
scalars = (
    st.integers(0, 99) | st.booleans() | st.sampled_from(["x", "off", "a: b", "# no", "{", "'", '"', "ü", "", "1"])
)
leaves = scalars | st.lists(scalars, max_size=3) | st.just({})
values = st.recursive(leaves, lambda below: st.dictionaries(names, below, min_size=1, max_size=4), max_leaves=10)
groups = st.dictionaries(names, values, min_size=1, max_size=4)


class _NoAnchors(yaml.SafeDumper):
    def ignore_aliases(self, _data: Any) -> bool:
        return True


@st.composite
def texts(draw: st.DrawFn, value: dict[str, Any], indent: int = 0) -> list[str]:
    """The lines of a group, in any way in which people write it."""
    lines: list[str] = []
    for key, each in value.items():
        if draw(st.integers(0, 4)) == 0:
            lines.append(draw(st.sampled_from(["", f"{' ' * indent}# of {key}", "# at the edge"])))
        end = draw(st.sampled_from(["", "  # why"]))
        if isinstance(each, dict) and each and draw(st.booleans()):
            lines.append(f"{' ' * indent}{key}:{end}")
            lines += draw(texts(each, indent + draw(st.integers(1, 4))))
        else:
            flow = yaml.dump(
                [each], Dumper=_NoAnchors, default_flow_style=True, width=10**6, allow_unicode=True
            ).strip()[1:-1]
            lines.append(f"{' ' * indent}{key}: {flow}{end}")
    return lines


@given(st.data(), groups, groups, st.integers(1, 5))
def test_the_value_is_as_wanted_and_every_other_line_stays(
    data: st.DataObject, old: Any, new: Any, blocks: int
) -> None:
    lines = data.draw(texts(old))
    text = "\n".join([*lines, ""])
    assert yaml.safe_load(text) == old
    # Some of what is set is there already.
    path = data.draw(st.sampled_from(sorted(old)))
    changes = {path: new, **new} if data.draw(st.booleans()) else new
    result = with_values(text, changes, blocks)
    assert yaml.safe_load(result) == plain(merged(old, changes))
    kept = iter(result.split("\n"))
    comments = [line for line in lines if line.lstrip().startswith("#") or not line]
    replaced = any(isinstance(value, dict) and not value for value in _all(changes)) or _overwrites(old, changes)
    if not replaced:
        assert all(any(line == each for each in kept) for line in comments), result


def _all(value: Any) -> list[Any]:
    return [value, *(found for each in value.values() for found in _all(each))] if isinstance(value, dict) else [value]


def _overwrites(old: Any, changes: Any) -> bool:
    """Whether a group goes, and the comments in it with it."""
    return any(
        key in old and isinstance(old[key], dict) and (not isinstance(each, dict) or _overwrites(old[key], each))
        for key, each in changes.items()
    )
