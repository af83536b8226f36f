"""Random legal contracts of the main dialect, with odd but legal names, types, projections, keys and indexes."""

import string
from typing import Any

from hypothesis import strategies as st

NAME_CHARACTERS = string.ascii_letters + string.digits + "_.-"
ATTRIBUTE_TYPES = ("S", "N", "B", "SS", "NS", "BS", "M", "L", "BOOL", "NULL")
KEY_TYPES = ("S", "N", "B")

# Legal names of tables and indexes, among them those that are hard on file systems, URLs and logical ids.
names = st.one_of(
    st.text(NAME_CHARACTERS, min_size=3, max_size=24),
    st.sampled_from(["...", "---", "___", "a.b", "a-b", "a_b", "-rf", ".git", "CON", "x" * 255, "123"]),
)
# Attribute names may be nearly anything. Not what a reader warns about: templates, spaces at the edge, invisible marks.
_visible = st.characters(
    codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp", "Zs", "Co", "Cn"), exclude_characters="{}#\\"
)
attribute_names = st.one_of(
    st.sampled_from(
        ["PK", "SK", "GSI1PK", "id", "name", "status", "size", "größe", "名前", "a.b", "a:b", "yes", "null", "1"]
    ),
    st.text(_visible, min_size=1, max_size=12),
)
free_text = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp", "Cn"), exclude_characters="{}")
)
columns = st.text(string.ascii_lowercase + "_", min_size=1, max_size=10)


def _maybe(draw: st.DrawFn, target: dict[str, Any], field: str, values: st.SearchStrategy[Any]) -> None:
    if draw(st.booleans()):
        target[field] = draw(values)


@st.composite
def attributes(draw: st.DrawFn, name: str, types: tuple[str, ...] = ATTRIBUTE_TYPES) -> dict[str, Any]:
    """One attribute with the given name."""
    attribute: dict[str, Any] = {"name": name, "type": draw(st.sampled_from(types))}
    _maybe(draw, attribute, "source_table", columns)
    _maybe(draw, attribute, "source_column", columns)
    _maybe(draw, attribute, "justification", free_text)
    return attribute


@st.composite
def indexes(
    draw: st.DrawFn, name: str, table_keys: list[str], key_names: list[str], other_names: list[str]
) -> dict[str, Any]:
    """One global secondary index; its keys are among `key_names`, its projected attributes among `other_names`."""
    count = draw(st.integers(1, min(8, len(key_names))))
    keys = draw(st.permutations(key_names))[:count]
    split = draw(st.integers(max(1, count - 4), min(4, count)))
    index: dict[str, Any] = {"index_name": name}
    partition, sort = list(keys[:split]), list(keys[split:])
    if partition == table_keys[:1]:  # legal, but a reader doubts it
        partition, sort = [key for key in key_names if key not in table_keys[:1]][:2], []
    index["pk"] = partition[0] if len(partition) == 1 else partition
    if sort:
        index["sk"] = sort[0] if len(sort) == 1 else sort
    elif draw(st.booleans()):
        index["sk"] = None
    free = [other for other in other_names if other not in keys and other not in table_keys]
    kinds = ["ALL", "KEYS_ONLY", None] + (["INCLUDE"] if free else [])
    projection = draw(st.sampled_from(kinds))
    if projection:
        index["projection"] = projection
    if projection == "INCLUDE":
        index["projected_attributes"] = draw(st.lists(st.sampled_from(free), min_size=1, max_size=5, unique=True))
    return index


@st.composite
def local_indexes(draw: st.DrawFn, name: str, table_keys: list[str], sort: str, other_names: list[str]) -> Any:
    """One local secondary index that sorts by `sort`, which is no key of its table."""
    index: dict[str, Any] = {"index_name": name, "sk": sort}
    if draw(st.booleans()):
        index["pk"] = draw(st.sampled_from([table_keys[0], None]))
    free = [other for other in other_names if other != sort and other not in table_keys]
    projection = draw(st.sampled_from(["ALL", "KEYS_ONLY", None] + (["INCLUDE"] if free else [])))
    if projection:
        index["projection"] = projection
    if projection == "INCLUDE":
        index["projected_attributes"] = draw(st.lists(st.sampled_from(free), min_size=1, max_size=5, unique=True))
    return index


@st.composite
def tables(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """One table with the given name: single-entity or multi-entity, with all its keys declared."""
    all_names = draw(st.lists(attribute_names, min_size=3, max_size=10, unique=True))
    split = draw(st.integers(2, len(all_names)))
    key_names, others = all_names[:split], all_names[split:]
    declared = [draw(attributes(key, KEY_TYPES)) for key in key_names] + [draw(attributes(other)) for other in others]
    table: dict[str, Any] = {"table": name, "pk": key_names[0]}
    sort = draw(st.sampled_from(["absent", "null", "given"]))
    if sort != "absent":
        table["sk"] = key_names[1] if sort == "given" else None
    table_keys = key_names[: 2 if sort == "given" else 1]
    if draw(st.booleans()):
        table["type"] = "multi-entity"
        entities = draw(st.lists(columns, min_size=1, max_size=3, unique=True))
        table["entities"] = [
            {"entity_type": entity, "pk_template": f"{entity}#{{id}}", "sk_template": "#META", "attributes": declared}
            for entity in entities
        ]
    else:
        table["type"] = "single-entity"
        table["attributes"] = declared
    index_names = draw(st.lists(names, max_size=5, unique=True))
    if draw(st.booleans()):
        table["gsis"] = [draw(indexes(index, table_keys, key_names, others)) for index in index_names[:3]]
    sorts = [key for key in key_names if key not in table_keys]
    if sort == "given" and sorts and draw(st.booleans()):
        local = [local_indexes(index, table_keys, draw(st.sampled_from(sorts)), others) for index in index_names[3:]]
        table["lsis"] = [draw(index) for index in local]
    _maybe(draw, table, "satisfies", st.lists(free_text, max_size=3))
    _maybe(draw, table, "estimated_item_size_bytes", st.integers(1, 400 * 1024))
    _maybe(draw, table, "source_table", columns)
    _maybe(draw, table, "x-remark", free_text)
    return table


@st.composite
def valid_contracts(draw: st.DrawFn, max_tables: int = 3) -> dict[str, Any]:
    """A legal contract of the main dialect, as the value of its JSON file."""
    table_names = draw(st.lists(names, min_size=1, max_size=max_tables, unique_by=str.casefold))
    return {"tables": [draw(tables(name)) for name in table_names]}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(max_size=8), below, max_size=4),
    max_leaves=12,
)
