"""The item of the write probe: marked, nobody else's, and valid for any table."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from scripts.model import Index, KeyAttribute, Keys
from scripts.validation.write_probe import MARKER, probe_item
from tests.samples import STATE, keys

NAMES = st.sampled_from(["a", "b", "c", MARKER, f"{MARKER}_", "expires_at"])
TYPED = st.fixed_dictionaries(
    {name: st.sampled_from("SNB") for name in ["a", "b", "c", MARKER, f"{MARKER}_", "expires_at"]}
)


@given(TYPED, st.lists(NAMES, min_size=1, max_size=2, unique=True), st.lists(NAMES, max_size=3, unique=True), NAMES)
def test_an_item_for_any_table(types: dict[str, str], table: list[str], indexed: list[str], ttl: str) -> None:
    def keyed(names: list[str]) -> Keys:
        parts = [KeyAttribute(name, types[name]) for name in names]
        return Keys(tuple(parts[:1]), tuple(parts[1:]))

    indexes = tuple(Index(f"By{name}", keyed([name])) for name in indexed)
    item = probe_item(replace(STATE, keys=keyed(table), indexes=indexes, ttl_attribute=ttl), 1_000)
    assert list(item.key) == table
    assert set(item.values) == {*table, *indexed, ttl, item.marker}
    for name in (*table, *indexed):
        assert list(item.values[name]) == [types[name]], "the type that the key has"
    assert item.marker not in (*table, *indexed, ttl)
    assert "scripts.validate --write-probe" in item.values[item.marker]["S"]
    if ttl not in (*table, *indexed):
        assert item.values[ttl] == {"N": "4600"}, "gone after an hour, whatever happens"


def test_no_two_items_have_the_same_key_and_numbers_are_ones_that_dynamodb_takes() -> None:
    desired = replace(STATE, keys=keys("PK:N"))
    found = {probe_item(desired, 0).key["PK"]["N"] for _ in range(50)}
    assert len(found) == 50
    assert all(number.startswith("-") and len(number) <= 38 for number in found)
