"""The random requests of a run: the same for the same seed."""

import random
from collections.abc import Callable, Iterator

from tests.differential import items, tables
from tests.differential.grammar import Draw
from tests.differential.items import Case

# What is asked, and how often compared to the others.
WEIGHTS: dict[Callable[[Draw], Case], int] = {
    lambda d: items.read(d, "Query"): 22,
    lambda d: items.read(d, "Scan"): 16,
    items.put: 10,
    items.update: 16,
    items.delete: 5,
    items.get: 6,
    items.batch_get: 4,
    items.batch_write: 4,
    items.transaction: 4,
    tables.create: 16,
    tables.update: 5,
}


def cases(seed: int, count: int) -> Iterator[Case]:
    """`count` random cases."""
    source = random.Random(seed)  # noqa: S311 - the same requests for the same seed, no secret
    for make in source.choices(list(WEIGHTS), list(WEIGHTS.values()), k=count):
        case = make(Draw(source))
        if source.random() < 0.01:
            case.request.pop("TableName", None)
        yield case
