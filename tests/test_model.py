"""Keys, as they are shown to people."""

from scripts.model import Keys
from tests.for_each import for_each
from tests.samples import keys

SHOWN = [
    (keys("PK"), "PK (S)"),
    (keys("PK", "SK:N"), "PK (S); sort SK (N)"),
    (keys("a b:N", "c:B d"), "a (S), b (N); sort c (B), d (S)"),
]


@for_each(("value", "text"), SHOWN, ids=[text for _, text in SHOWN])
def test_keys_in_words(value: Keys, text: str) -> None:
    assert str(value) == text


def test_attributes_of_keys_in_their_order() -> None:
    assert [key.name for key in keys("a b", "c d").attributes] == ["a", "b", "c", "d"]
