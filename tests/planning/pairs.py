"""Before and after, and what a plan must make of it: every property of a table alone, and telling combinations.

Each pair: what the live table has, what is wanted (both beside `BASE`), the action, the number of stack operations, and
words that the plan must say.
"""

from dataclasses import replace
from typing import Any, NamedTuple

from scripts.model import INCLUDE, KEYS_ONLY, DesiredTable, Index, LiveTable, Scaling, TtlTransition
from scripts.planning.build_plan import SAFE, STEPS, UNCHANGED
from scripts.planning.changes import BLOCKED
from tests.samples import STATE, keys, live_table

BASE = replace(STATE, ttl_attribute="", alarms=(), tags=(("Service", "shop"),))
SIZE: dict[str, Any] = {"item_count": 12_000_000, "size_bytes": 9 * 10**9}
BY_STATUS, BY_BOOK = BASE.indexes
BY_EMAIL = Index("ByEmail", keys("email"), KEYS_ONLY)
BY_DAY = Index("ByDay", keys("day:N", "SK"), INCLUDE, ("total",))
LOCAL = Index("ByTotal", keys("PK", "total:N"), KEYS_ONLY)
NO_CAPACITY: dict[str, Any] = {"billing": "PAY_PER_REQUEST", "throughput": (), "scaling": ()}


def provisioned(*indexes: str, reads: int = 5, maximum: int = 100) -> dict[str, Any]:
    """Provisioned billing with auto scaling for the table and the indexes."""
    targets = ("", *indexes)
    return {
        "billing": "PROVISIONED",
        "throughput": tuple((target, reads, 5) for target in targets),
        "scaling": tuple(Scaling(t, kind, reads, maximum, 70) for t in targets for kind in ("Read", "Write")),
    }


def full(number: int, first: int = 0) -> tuple[Index, ...]:
    """Many indexes."""
    return tuple(Index(f"Index{n}", keys("status"), KEYS_ONLY) for n in range(first, first + number))


def indexed(*indexes: Index) -> dict[str, Any]:
    """A table with these indexes."""
    return {"indexes": indexes}


BOTH = ("ByStatus", "ByBook")
WATCHED = (("", "THROTTLED_KEYS"), ("ByStatus", "off"), ("ByBook", "off"))
UNWATCHED = tuple((target, "off") for target, _ in WATCHED)
POLICY = '{"Statement":[],"Version":"2012-10-17"}'
KEY = "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555"
GO_ON = ["Reads", "writes go on"]
NEW_NAME = "give the table a new name in the contract"


class Pair(NamedTuple):
    """One row of the table."""

    before: dict[str, Any]
    after: dict[str, Any]
    action: str
    steps: int
    words: tuple[str, ...]
    unrefused: str = ""  # why CloudFormation does not refuse to do it all at once

    @property
    def earlier(self) -> DesiredTable:
        """What a table that is found was once wanted to be."""
        return replace(BASE, **self.before)

    @property
    def live(self) -> LiveTable:
        return live_table(BASE, **self.before, **SIZE)

    @property
    def desired(self) -> DesiredTable:
        return replace(BASE, **self.after)


def _same(**state: Any) -> Pair:
    return Pair(state, state, UNCHANGED, 1, ())


def _safe(before: dict[str, Any], after: dict[str, Any], *words: str) -> Pair:
    return Pair(before, after, SAFE, 1, words)


def _steps(number: int, before: dict[str, Any], after: dict[str, Any], *words: str, unrefused: str = "") -> Pair:
    return Pair(before, after, STEPS, number, words, unrefused)


def _blocked(before: dict[str, Any], after: dict[str, Any], *words: str) -> Pair:
    return Pair(before, after, BLOCKED, 0, words)


CAREFUL = "one update can do it; alone, a failure of one leaves nothing half done"
BACKFILL = "Backfills about 12 million items (9 GB), 27 to 60 minutes."
PAIRS: dict[str, Pair] = {
    # nothing
    "nothing": _same(),
    "indexes in another order": Pair(indexed(BY_BOOK, BY_STATUS), {}, UNCHANGED, 1, ()),
    "tags that others have added": Pair({"tags": (("Cost", "1"), ("Service", "shop"))}, {}, UNCHANGED, 1, ()),
    "capacity that auto scaling has moved": Pair(provisioned(*BOTH, reads=5) | {"throughput": (("", 40, 9), *((i, 7, 5) for i in BOTH))},
        provisioned(*BOTH), UNCHANGED, 1, ()),
    "warm throughput that has grown": Pair({"warm_throughput": (("", 20_000, 8_000),)}, {"warm_throughput": (("", 15_000, 5_000),)}, UNCHANGED, 1, ()),
    # one property, at once
    "on demand to provisioned": _safe({}, provisioned(*BOTH), "Billing mode: PAY_PER_REQUEST becomes PROVISIONED.", "It takes minutes; reads and writes go on. Requests beyond its capacity throttle."),
    "provisioned to on demand": _safe(provisioned(*BOTH), NO_CAPACITY, "Billing mode: PROVISIONED becomes PAY_PER_REQUEST.", "At most four switches to on-demand a day."),
    "more capacity": _safe(provisioned(*BOTH), provisioned(*BOTH, reads=20, maximum=400), "Auto scaling: table read 5 to 100 at 70 %", "becomes table read 20 to 400 at 70 %", "moves into the new limits by itself"),
    "less capacity": _safe(provisioned(*BOTH, reads=20), provisioned(*BOTH), "Auto scaling: table read 20 to 100", "becomes table read 5 to 100"),
    "a maximum": _safe({}, {"on_demand_maximum": (("", 100, 50), ("ByStatus", 40, 40))}, "On-demand maximum: none becomes table 100 reads and 50 writes a second; index ByStatus", "Requests beyond it are throttled."),
    "no maximum": _safe({"on_demand_maximum": (("", 100, 50),)}, {}, "On-demand maximum: table 100 reads and 50 writes a second becomes none."),
    "warm throughput": _safe({}, {"warm_throughput": (("", 15_000, 5_000),)}, "Warm throughput: none becomes table 15000 reads", "It is paid once, and never goes down again."),
    "table class": _safe({}, {"table_class": "STANDARD_INFREQUENT_ACCESS"}, "Table class: STANDARD becomes STANDARD_INFREQUENT_ACCESS.", "At most two changes in 30 days"),
    "protection on": _safe({"deletion_protection": False}, {}, "Deletion protection: off becomes on."),
    "protection off": _safe({}, {"deletion_protection": False}, "Deletion protection: on becomes off. From then on a single call deletes the table."),
    "recovery on": _safe({"recovery_days": 0}, {}, "Point-in-time recovery: off becomes on, 35 days."),
    "recovery shorter": _safe({}, {"recovery_days": 7}, "on, 35 days becomes on, 7 days. Restore points older than 7 days are gone at once."),
    "recovery longer": _safe({"recovery_days": 7}, {}, "Point-in-time recovery: on, 7 days becomes on, 35 days."),
    "recovery off": _safe({}, {"recovery_days": 0}, "on, 35 days becomes off. All restore points are lost"),
    "encryption with a key of AWS": _safe({}, {"encryption": "aws-owned"}, "Encryption: ", "Data stays available. At most four changes a day."),
    "encryption with a key of one's own": _safe({}, {"encryption": KEY}, "Whoever reads or writes needs kms:Decrypt on the new key."),
    "time to live on": _safe({}, {"ttl_attribute": "expires_at"}, "Time to live: off becomes on, by expires_at.", "Items whose expires_at has passed are deleted within days."),
    "stream on": _safe({}, {"stream": "NEW_IMAGE"}, "Stream: off becomes NEW_IMAGE."),
    "stream off": _safe({"stream": "NEW_IMAGE"}, {}, "Stream: NEW_IMAGE becomes off. Its consumers stop"),
    "Kinesis stream on": _safe({}, {"kinesis_stream": "arn:aws:kinesis:eu-west-1:111122223333:stream/a"}, "Kinesis stream: off becomes arn:aws:kinesis"),
    "another Kinesis stream": _safe({"kinesis_stream": "arn:aws:kinesis:eu-west-1:111122223333:stream/a"}, {"kinesis_stream": "arn:aws:kinesis:eu-west-1:111122223333:stream/b"}, "stream/a becomes arn:", "What reads the old stream gets nothing more."),
    "Contributor Insights": _safe({"insights": UNWATCHED}, {"insights": WATCHED}, "Contributor Insights: off becomes table THROTTLED_KEYS"),
    "resource policy": _safe({}, {"resource_policy": POLICY}, "Resource policy: none becomes", "Who may use the table changes at once."),
    "tags": _safe({}, {"tags": (("Service", "shop"), ("Team", "books"))}, "Tags: Service=shop becomes Service=shop, Team=books."),
    "an index more": _safe({}, indexed(BY_STATUS, BY_BOOK, BY_EMAIL), "Add index ByEmail (email (S); KEYS_ONLY).", BACKFILL, "1 step, 28 to 65 minutes"),
    "an index less": _safe({}, indexed(BY_STATUS), "Remove index ByBook. Queries on it fail from then on."),
    "an index more with time to live": _safe({}, {"ttl_attribute": "expires_at", **indexed(*BASE.indexes, BY_EMAIL)}, "Time to live: off becomes on", "Add index ByEmail"),
    "settings together": _safe({"recovery_days": 7, "stream": "NEW_IMAGE", "deletion_protection": False}, {}, "Deletion protection: off becomes on.", "35 days.", "Stream: NEW_IMAGE becomes off."),
    # several stack operations
    "two indexes more": _steps(2, {}, indexed(*BASE.indexes, BY_EMAIL, BY_DAY), "1. Add index ByEmail", "2. Add index ByDay (day (N); sort SK (S); INCLUDE total).", "2 steps, 1 to 2 hours", *GO_ON),
    "two indexes less": _steps(2, {}, indexed(), "1. Remove index ByStatus.", "2. Remove index ByBook."),
    "an index exchanged": _steps(2, {}, indexed(BY_STATUS, BY_EMAIL), "1. Add index ByEmail", "2. Remove index ByBook."),
    "an index of a full table exchanged": _steps(2, indexed(*full(20)), indexed(*full(20, first=1)), "1. Remove index Index0.", "2. Add index Index20"),
    "three indexes more, two less": _steps(5, {}, indexed(BY_EMAIL, BY_DAY, Index("ByBuyer", keys("buyer"))), "1. Add index ByEmail", "3. Add index ByBuyer", "4. Remove index ByStatus.", "5. Remove index ByBook."),
    "time to live by another attribute": _steps(2, {"ttl_attribute": "until"}, {"ttl_attribute": "expires_at"}, '1. Switch time to live off ("until"): expired items stay.', '2. Wait until time to live has been left alone for an hour, then switch it on by "expires_at"', "2 steps, 62 to 70 minutes"),
    "time to live off": _steps(2, {"ttl_attribute": "until"}, {}, '1. Switch time to live off ("until")', "2. Wait until AWS has switched time to live off, up to an hour, then take it out"),
    "time to live with an index": _steps(2, {"ttl_attribute": "until"}, {"ttl_attribute": "expires_at", **indexed(BY_STATUS)}, '1. Remove index ByBook. Queries on it fail from then on. Switch time to live off ("until")', "2. Wait"),
    "time to live with two indexes": _steps(2, {"ttl_attribute": "until"}, {"ttl_attribute": "expires_at", **indexed(BY_STATUS, BY_EMAIL)}, "1. Add index ByEmail", '2. Remove index ByBook. Queries on it fail from then on. Wait until time to live'),
    "time to live with a setting": _steps(2, {"ttl_attribute": "until"}, {"recovery_days": 7}, "What changes beside the steps:", "Restore points older than 7 days"),
    "stream of another view type": _steps(2, {"stream": "KEYS_ONLY"}, {"stream": "NEW_IMAGE"}, "1. Switch the stream off: its consumers stop", "2. Switch the stream on as NEW_IMAGE: a new stream with a new ARN"),
    "stream of another view type with an index": _steps(3, {"stream": "KEYS_ONLY"}, {"stream": "NEW_IMAGE", **indexed(BY_STATUS)}, "2. Switch the stream on", "3. Remove index ByBook."),
    "stream of another view type with time to live": _steps(3, {"stream": "KEYS_ONLY", "ttl_attribute": "until"}, {"stream": "NEW_IMAGE"}, "1. Switch the stream off", "Switch time to live off", "2. Switch the stream on", "3. Wait until AWS"),
    "stream of another view type with the billing": _steps(3, {"stream": "KEYS_ONLY"}, {"stream": "NEW_IMAGE", **provisioned(*BOTH)}, "1. Change billing mode alone.", "2. Switch the stream off", "3. Switch the stream on"),
    "billing with an index": _steps(2, {}, {**provisioned(*BOTH, "ByEmail"), **indexed(*BASE.indexes, BY_EMAIL)}, "1. Add index ByEmail (email (S); KEYS_ONLY). "+BACKFILL, "2. Change billing mode alone.", unrefused=CAREFUL),
    "table class and encryption with an index": _steps(2, {}, {"table_class": "STANDARD_INFREQUENT_ACCESS", "encryption": "aws-owned", **indexed(BY_STATUS)}, "1. Change table class and encryption alone.", "2. Remove index ByBook.", unrefused=CAREFUL),
    "billing with two indexes": _steps(3, provisioned(*BOTH), {**NO_CAPACITY, **indexed(BY_STATUS, BY_EMAIL)}, "1. Change billing mode alone.", "2. Add index ByEmail", "3. Remove index ByBook."),
    # not at all
    "another partition key": _blocked({}, {"keys": keys("id", "SK")}, "Its key schema is PK (S); sort SK (S), the contract wants id (S); sort SK (S).", NEW_NAME),
    "another sort key": _blocked({}, {"keys": keys("PK", "created")}, "the contract wants PK (S); sort created (S)", NEW_NAME),
    "no sort key": _blocked({}, {"keys": keys("PK")}, "the contract wants PK (S).", NEW_NAME),
    "another type of the sort key": _blocked({}, {"keys": keys("PK", "SK:N")}, "the contract wants PK (S); sort SK (N)", NEW_NAME),
    "another type of an index key": _blocked({}, indexed(BY_STATUS, Index("ByBook", keys("isbn:S"), INCLUDE, BY_BOOK.included)), 'Index "ByBook" exists with another definition', "add it under a new name"),
    "another type in another index": _blocked({}, indexed(BY_STATUS, Index("ByIsbn", keys("isbn:S"))), 'Attribute "isbn" is a key of type B, the contract wants S.', "use another attribute name"),
    "another key of an index": _blocked({}, indexed(BY_BOOK, Index("ByStatus", keys("status"))), 'Index "ByStatus" exists with another definition'),
    "another projection": _blocked({}, indexed(BY_BOOK, replace(BY_STATUS, projection=KEYS_ONLY)), "status (S); sort placed_at (N); ALL. Wanted: status (S); sort placed_at (N); KEYS_ONLY"),
    "another projected attribute": _blocked({}, indexed(BY_STATUS, replace(BY_BOOK, included=("total",))), "INCLUDE email, total. Wanted: isbn (B); INCLUDE total", "then remove the old one"),
    "a local index more": _blocked({}, {"local_indexes": (LOCAL,)}, 'Its local secondary indexes differ: "ByTotal" is not there.', 'describe a new index in "gsis"'),
    "a local index less": _blocked({"local_indexes": (LOCAL,)}, {}, '"ByTotal" is there, but the contract does not have it.'),
    "another local index": _blocked({"local_indexes": (LOCAL,)}, {"local_indexes": (replace(LOCAL, projection="ALL"),)}, "KEYS_ONLY, the contract wants PK (S); sort total (N); ALL"),
    "a safe change beside a blocked one": _blocked({}, {"keys": keys("PK"), "recovery_days": 7}, NEW_NAME),
    "indexes and keys": _blocked({}, {"keys": keys("PK"), **indexed(BY_STATUS, BY_EMAIL)}, NEW_NAME),
}  # fmt: skip
# What an earlier deployment has left half done: not driven, because the local AWS is never in these states at rest.
UNDER_WAY: dict[str, Pair] = {
    "time to live is going off": Pair(
        {"ttl_attribute": TtlTransition("time to live is DISABLING", True, "until", on=False)},
        {"ttl_attribute": "expires_at"},
        SAFE,
        1,
        (
            'Wait until time to live has been left alone for an hour, then switch it on by "expires_at"',
            "61 to 65 minutes",
        ),
    ),
    "time to live has just come on": Pair(
        {"ttl_attribute": TtlTransition("time to live is ENABLING", True, "until", on=True)},
        {},
        STEPS,
        2,
        (
            "1. Wait until time to live has been left alone for an hour, then switch it off",
            "2. Wait until AWS",
            "2 hours",
        ),
    ),
}
