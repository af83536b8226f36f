"""Which class costs less, and by how much; nothing where a part is not known."""

from scripts.capacity.advice import PROVISIONED
from scripts.capacity.estimate import TableOptions
from scripts.capacity.load import TableLoad
from scripts.capacity.prices import prices
from scripts.capacity.sizing import TableCapacity
from scripts.capacity.table_class import class_costs
from tests.capacity.loads import fixed, reads, writes
from tests.for_each import for_each

OPTIONS = TableOptions(stream=True, warm_throughput=True)  # what costs the same in both has no part in it
BUSY = TableLoad("T", (), writes(2000), 1024, 0)
BIG = TableLoad("T", reads(1), writes(1), 924, 10 * 1024**3)

WORDS = [
    (BUSY, OPTIONS, "Standard $3,240.00, Standard-IA $4,043.52: 25 % more."),
    (BIG, OPTIONS, "Standard $2,561.94, Standard-IA $1,026.42: 60 % less."),  # 10,240 GB
    (TableLoad("T", (), (), 1024, 0), OPTIONS, "Standard $0.00, Standard-IA $0.00."),
    (
        BUSY,
        TableOptions(PROVISIONED, TableCapacity(fixed(1, 3000))),
        "Standard $1,423.59, Standard-IA $1,774.02: 25 % more.",
    ),
]


@for_each(("load", "options", "words"), WORDS)
def test_both_classes_in_words(load: TableLoad, options: TableOptions, words: str) -> None:
    assert class_costs(load, options, prices("us-east-1")).words == words


@for_each(
    ("load", "region"),
    [
        (None, "us-east-1"),
        (TableLoad("T", reads(1), writes(1)), "us-east-1"),  # no size
        (TableLoad("T", reads(1), None, 924, 1), "us-east-1"),
        (BUSY, "us-west-2"),  # no price of Standard-IA
        (BUSY, "mx-central-1"),  # no price at all
    ],
)
def test_what_is_not_known_is_not_compared(load: TableLoad | None, region: str) -> None:
    assert class_costs(load, OPTIONS, prices(region)) is None
