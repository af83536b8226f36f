"""How large index entries are taken to be."""

from dataclasses import replace

from scripts.capacity.entry_size import entry_size
from scripts.model import ALL, INCLUDE, KEYS_ONLY, Attribute, Entity, Index
from tests.capacity.tables import ORDERS
from tests.samples import keys


def test_all_is_the_whole_item() -> None:
    assert entry_size(ORDERS, Index("ByMail", keys("email"), ALL), 900) == 900
    assert entry_size(ORDERS, Index("ByMail", keys("email"), ALL), None) is None


def test_keys_only_has_the_keys_of_table_and_index_once() -> None:
    # PK, SK and day: 2 + 2 + 3 bytes of names, 36 bytes for each value
    assert entry_size(ORDERS, Index("ByDay", keys("day", "SK"), KEYS_ONLY), None) == 7 + 3 * 36


def test_include_adds_the_attributes_by_their_types_also_from_entities() -> None:
    table = replace(ORDERS, attributes=(), entities=(Entity("ORDER", attributes=(Attribute("größe", "N"),)),))
    index = Index("ByDay", keys("day"), INCLUDE, ("größe", "undeclared"))
    assert entry_size(table, index, None) == 7 + 3 * 36 + (7 + 8) + (10 + 36)


def test_an_entry_is_never_larger_than_its_item() -> None:
    assert entry_size(ORDERS, Index("ByDay", keys("day"), KEYS_ONLY), 50) == 50
