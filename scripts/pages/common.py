"""What the pages share: their first lines, and how keys, indexes and notes are shown."""

from collections.abc import Iterable

from scripts.markdown import code, text
from scripts.model import INCLUDE, Index, Keys, Note


def header(service: str) -> list[str]:
    """The first lines of a page, invisible when rendered."""
    return [
        f"<!-- Generated from contracts/{service}/ by `make generate`. Edit the contract or deployment.yaml instead. -->"
    ]


def keys(value: Keys) -> tuple[str, str]:
    """The partition key and the sort key, as two cells."""
    return tuple(", ".join(f"{code(key.name)} ({key.type})" for key in part) for part in (value.partition, value.sort))


def keys_sentence(value: Keys) -> str:
    """The key schema as part of a sentence."""
    partition, sort = keys(value)
    return f"Partition key {partition}, sort key {sort}" if sort else f"Partition key {partition}, no sort key"


def projection(index: Index) -> str:
    """The projection of an index, with what it includes."""
    return f"INCLUDE {', '.join(map(code, index.included))}" if index.projection == INCLUDE else index.projection


def notes(values: Iterable[Note]) -> list[str]:
    """What the reader of the contract assumed or doubted, as a list; empty if there is nothing to say."""
    return [f"- **{note.severity}** {note.id} at {code(note.path)}: {text(note.message)}" for note in values]


def count(number: int, thing: str, plural: str = "") -> str:
    """`1 table`, `2 tables`, `no tables`."""
    plural = plural or f"{thing}s"
    return f"{number or 'no'} {thing if number == 1 else plural}"
