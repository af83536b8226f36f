"""Before and after, and what a plan must make of it: every property of a table alone, and telling combinations.

Each pair: what the live table has, what is wanted (both beside `BASE`), the action, the number of stack operations, what
it risks, and words that the plan must say.
"""

import json
from dataclasses import replace
from typing import Any, NamedTuple

from scripts.model import INCLUDE, KEYS_ONLY, DesiredTable, Index, LiveTable, Scaling, TtlTransition
from scripts.planning.changes import BLOCKED
from scripts.planning.entries import IN_PLACE, STEPS, UNCHANGED
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
KEY, OTHER_KEY = (
    f"arn:aws:kms:eu-west-1:111122223333:key/{number}1111111-2222-3333-4444-555555555555" for number in (1, 2)
)
STREAM, OTHER_STREAM = (f"arn:aws:kinesis:eu-west-1:111122223333:stream/{name}" for name in "ab")
GO_ON = ["Reads and writes go on."]


def allowing(role: str, action: str = "dynamodb:GetItem") -> str:
    """A resource policy that lets one role do one thing."""
    principal = {"AWS": f"arn:aws:iam::111122223333:role/{role}"}
    statement = {"Action": action, "Effect": "Allow", "Principal": principal, "Resource": "*"}
    return json.dumps({"Statement": [statement], "Version": "2012-10-17"}, separators=(",", ":"))


NEW_NAME = "give the table a new name in the contract"


class Pair(NamedTuple):
    """One row of the table."""

    before: dict[str, Any]
    after: dict[str, Any]
    action: str
    steps: int
    words: tuple[str, ...]
    risks: str = ""  # their kinds, each with its index, in the order in which they are found

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


def _in_place(before: dict[str, Any], after: dict[str, Any], *words: str, risks: str = "") -> Pair:
    return Pair(before, after, IN_PLACE, 1, words, risks)


def _steps(number: int, before: dict[str, Any], after: dict[str, Any], *words: str, risks: str = "") -> Pair:
    return Pair(before, after, STEPS, number, words, risks)


def _blocked(before: dict[str, Any], after: dict[str, Any], *words: str) -> Pair:
    return Pair(before, after, BLOCKED, 0, words)


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
    "on demand to provisioned": _in_place({}, provisioned(*BOTH), "Billing mode: PAY_PER_REQUEST becomes PROVISIONED.", "It takes minutes; reads and writes go on. !", "! Orders: billing becomes provisioned. Requests beyond the provisioned capacity are throttled.", risks="readers"),
    "provisioned to on demand": _in_place(provisioned(*BOTH), NO_CAPACITY, "Billing mode: PROVISIONED becomes PAY_PER_REQUEST.", "! Orders: billing becomes on demand. DynamoDB allows four such switches in 24 hours.", risks="limit"),
    "more capacity": _in_place(provisioned(*BOTH), provisioned(*BOTH, reads=20, maximum=400), "Auto scaling: table read 5 to 100 at 70 %", "becomes table read 20 to 400 at 70 %", "moves into the new limits by itself"),
    "less capacity": _in_place(provisioned(*BOTH, reads=20), provisioned(*BOTH), "Auto scaling: table read 20 to 100", "becomes table read 5 to 100"),
    "a maximum": _in_place({}, {"on_demand_maximum": (("", 100, 50), ("ByStatus", 40, 40))}, "On-demand maximum: none becomes table 100 reads and 50 writes a second; index ByStatus", "Requests beyond it are throttled.", risks="readers readers:ByStatus"),
    "no maximum": _in_place({"on_demand_maximum": (("", 100, 50),)}, {}, "On-demand maximum: table 100 reads and 50 writes a second becomes none.", risks="cost"),
    "warm throughput": _in_place({}, {"warm_throughput": (("", 15_000, 5_000),)}, "Warm throughput: none becomes table 15000 reads", "It is paid for once, and never goes down again.", risks="cost"),
    "table class": _in_place({}, {"table_class": "STANDARD_INFREQUENT_ACCESS"}, "Table class: STANDARD becomes STANDARD_INFREQUENT_ACCESS.", "DynamoDB allows two changes of the class in 30 days", risks="limit"),
    "protection on": _in_place({"deletion_protection": False}, {}, "Deletion protection: off becomes on."),
    "protection off": _in_place({}, {"deletion_protection": False}, "Deletion protection: on becomes off. !", "! Orders: deletion protection goes off. From then on a single call deletes the table.", risks="protection"),
    "recovery on": _in_place({"recovery_days": 0}, {}, "Point-in-time recovery: off becomes on, 35 days."),
    "recovery shorter": _in_place({}, {"recovery_days": 7}, "on, 35 days becomes on, 7 days. !", "from 35 days to 7. Restore points older than 7 days are lost at once.", risks="protection"),
    "recovery longer": _in_place({"recovery_days": 7}, {}, "Point-in-time recovery: on, 7 days becomes on, 35 days."),
    "recovery off": _in_place({}, {"recovery_days": 0}, "on, 35 days becomes off. !", "All restore points are lost", risks="protection"),
    "encryption with a key of AWS": _in_place({}, {"encryption": "aws-owned"}, "Encryption: ", "Data stays available. !", "CloudTrail no longer shows how the key is used.", risks="protection"),
    "encryption with a key of one's own": _in_place({}, {"encryption": KEY}, "Whoever reads or writes needs kms:Decrypt on the new key.", risks="readers limit"),
    "time to live on": _in_place({}, {"ttl_attribute": "expires_at"}, "Time to live: off becomes on, by expires_at.", "Items whose expires_at is in the past are deleted for good within days.", risks="items limit"),
    "stream on": _in_place({}, {"stream": "NEW_IMAGE"}, "Stream: off becomes NEW_IMAGE."),
    "stream off": _in_place({"stream": "NEW_IMAGE"}, {}, "Stream: NEW_IMAGE becomes off. !", "the stream ends. Its consumers stop", risks="readers"),
    "Kinesis stream on": _in_place({}, {"kinesis_stream": STREAM}, "Kinesis stream: off becomes arn:aws:kinesis"),
    "another Kinesis stream": _in_place({"kinesis_stream": STREAM}, {"kinesis_stream": OTHER_STREAM}, "stream/a becomes arn:", "stream/a gets nothing more.", risks="readers"),
    "Contributor Insights": _in_place({"insights": UNWATCHED}, {"insights": WATCHED}, "Contributor Insights: off becomes table THROTTLED_KEYS"),
    "a resource policy that denies": _in_place({}, {"resource_policy": allowing("reader").replace("Allow", "Deny")}, "Resource policy: none becomes", "the resource policy lets less in. No longer: arn:aws:iam::111122223333:role/reader: dynamodb:GetItem.", risks="readers"),
    "tags": _in_place({}, {"tags": (("Service", "shop"), ("Team", "books"))}, "Tags: Service=shop becomes Service=shop, Team=books."),
    "an index more": _in_place({}, indexed(BY_STATUS, BY_BOOK, BY_EMAIL), "Add index ByEmail (email (S); KEYS_ONLY).", BACKFILL, "changes in place, 28 to 65 minutes", risks="slow"),
    "an index less": _in_place({}, indexed(BY_STATUS), "! Orders: index ByBook is REMOVED. Queries on it fail from then on.", risks="readers:ByBook"),
    "an index more with time to live": _in_place({}, {"ttl_attribute": "expires_at", **indexed(*BASE.indexes, BY_EMAIL)}, "Time to live: off becomes on", "Add index ByEmail", risks="items limit slow"),
    "settings together": _in_place({"recovery_days": 7, "stream": "NEW_IMAGE", "deletion_protection": False}, {}, "Deletion protection: off becomes on.", "35 days.", "Stream: NEW_IMAGE becomes off.", risks="readers"),
    # one risk, or one risk more
    "another key of one's own": _in_place({"encryption": KEY}, {"encryption": OTHER_KEY}, "kms:Decrypt on the new key", risks="readers limit"),
    "a key of AWS in place of one's own": _in_place({"encryption": KEY}, {}, "The policy of your key no longer decides who can read the data.", risks="protection limit"),
    "protection off and recovery shorter": _in_place({}, {"deletion_protection": False, "recovery_days": 1}, "2 risks: 2 lower protection", "Restore points older than 1 day are lost at once.", risks="protection protection"),
    "recovery shorter and an index less": _in_place({}, {"recovery_days": 7, **indexed(BY_STATUS)}, "! Orders: point-in-time recovery goes from 35 days to 7.", "- REMOVE index ByBook. !", risks="protection readers:ByBook"),
    "time to live by a key of an index": _in_place({}, {"ttl_attribute": "placed_at"}, "It is a key of index ByStatus: make sure that it holds when an item expires, and no other date.", risks="items limit"),
    "time to live by an attribute that is no number": _in_place({}, {"ttl_attribute": "email"}, "DynamoDB reads it only where it is a number (N): CUSTOMER has it as S.", risks="items limit"),
    "time to live by an attribute that nobody declares": _in_place({}, {"ttl_attribute": "until"}, "The contract does not declare it, so it is not known what it holds.", risks="items limit"),
    "a lower maximum": _in_place({"on_demand_maximum": (("", 100, 50),)}, {"on_demand_maximum": (("", 100, 20),)}, "the on-demand maximum of the table goes from 100 reads and 50 writes a second to 100 reads and 20 writes a second. Requests beyond it are throttled.", risks="readers"),
    "a higher maximum": _in_place({"on_demand_maximum": (("ByStatus", 10, 10),)}, {"on_demand_maximum": (("ByStatus", 20, 20),)}, "of index ByStatus goes from 10 reads and 10 writes", "served, and paid", risks="cost:ByStatus"),
    "a lower maximum of auto scaling": _in_place(provisioned(*BOTH), provisioned(*BOTH, maximum=60), "auto scaling takes read capacity of index ByBook up to 60 a second, no longer to 100. Requests beyond that are throttled.", risks="readers readers readers:ByStatus readers:ByStatus readers:ByBook readers:ByBook"),
    "more capacity than auto scaling takes": _in_place(provisioned(*BOTH) | {"throughput": (("", 200, 5), *((i, 5, 5) for i in BOTH))}, provisioned(*BOTH), "provisioned reads of the table go from 200 to 100 a second. Requests beyond that are throttled.", risks="readers"),
    "warm throughput of an index": _in_place({}, {"warm_throughput": (("ByBook", 13_000, 0),)}, "the warm throughput of index ByBook is raised to 13,000 reads a second", risks="cost:ByBook"),
    "back from infrequent access": _in_place({"table_class": "STANDARD_INFREQUENT_ACCESS"}, {}, "table class becomes STANDARD. DynamoDB allows two changes", risks="limit"),
    "a resource policy that lets someone in": _in_place({}, {"resource_policy": allowing("reader")}, "the resource policy lets more in. New: arn:aws:iam::111122223333:role/reader: dynamodb:GetItem.", risks="protection"),
    "a resource policy that lets someone out": _in_place({"resource_policy": allowing("reader")}, {}, "the resource policy lets less in. No longer: arn:aws:iam::111122223333:role/reader: dynamodb:GetItem.", risks="readers"),
    "a resource policy for someone else": _in_place({"resource_policy": allowing("reader")}, {"resource_policy": allowing("writer")}, "lets more in", "lets less in", risks="protection readers"),
    "a resource policy with a wildcard less": _in_place({"resource_policy": allowing("reader", "dynamodb:*")}, {"resource_policy": allowing("reader")}, "No longer: arn:aws:iam::111122223333:role/reader: dynamodb:*.", risks="readers"),
    "Kinesis stream off": _in_place({"kinesis_stream": STREAM}, {}, "changes go to no Kinesis stream. Whoever reads arn:aws:kinesis:eu-west-1:111122223333:stream/a gets nothing more.", risks="readers"),
    "Contributor Insights off": _in_place({"insights": WATCHED}, {"insights": UNWATCHED}, "Contributor Insights: table THROTTLED_KEYS becomes off."),
    "stream on with an index": _in_place({}, {"stream": "NEW_IMAGE", **indexed(*BASE.indexes, BY_EMAIL)}, "Stream: off becomes NEW_IMAGE.", "+ Add index ByEmail", risks="slow"),
    "everything at once": _steps(2, {"ttl_attribute": "until"}, {"recovery_days": 0, "deletion_protection": False, "table_class": "STANDARD_INFREQUENT_ACCESS", **indexed(BY_STATUS)}, "6 risks: 2 lower protection, 1 breaks readers or writers, 2 use up a limit, 1 is slow", "All restore points are lost", risks="limit protection protection limit readers:ByBook slow"),
    # several stack operations
    "two indexes more": _steps(2, {}, indexed(*BASE.indexes, BY_EMAIL, BY_DAY), "1. + Add index ByEmail", "2. + Add index ByDay (day (N); sort SK (S); INCLUDE total).", "2 steps, 1 to 2 hours", *GO_ON, risks="slow"),
    "two indexes less": _steps(2, {}, indexed(), "1. - REMOVE index ByStatus.", "2. - REMOVE index ByBook.", risks="readers:ByStatus readers:ByBook"),
    "an index exchanged": _steps(2, {}, indexed(BY_STATUS, BY_EMAIL), "1. + Add index ByEmail", "2. - REMOVE index ByBook.", risks="readers:ByBook slow"),
    "an index of a full table exchanged": _steps(2, indexed(*full(20)), indexed(*full(20, first=1)), "1. - REMOVE index Index0.", "2. + Add index Index20", risks="readers:Index0 slow"),
    "three indexes more, two less": _steps(5, {}, indexed(BY_EMAIL, BY_DAY, Index("ByBuyer", keys("buyer"))), "1. + Add index ByEmail", "3. + Add index ByBuyer", "4. - REMOVE index ByStatus.", "5. - REMOVE index ByBook.", risks="readers:ByStatus readers:ByBook slow"),
    "time to live by another attribute": _steps(2, {"ttl_attribute": "until"}, {"ttl_attribute": "expires_at"}, '1. ~ Switch time to live off ("until"): expired items stay.', '2. ~ Wait until time to live has been left alone for an hour, then switch it on by "expires_at"', "2 steps, 62 to 70 minutes", risks="items limit slow"),
    "time to live off": _steps(2, {"ttl_attribute": "until"}, {}, '1. ~ Switch time to live off ("until")', "2. ~ Wait until AWS has switched time to live off, up to an hour, then take it out", risks="limit slow"),
    "time to live with an index": _steps(2, {"ttl_attribute": "until"}, {"ttl_attribute": "expires_at", **indexed(BY_STATUS)}, '1. - REMOVE index ByBook. Switch time to live off ("until")', "2. ~ Wait", risks="readers:ByBook items limit slow"),
    "time to live with two indexes": _steps(2, {"ttl_attribute": "until"}, {"ttl_attribute": "expires_at", **indexed(BY_STATUS, BY_EMAIL)}, "1. ~ Add index ByEmail", '2. - REMOVE index ByBook. Wait until time to live', risks="readers:ByBook items limit slow"),
    "time to live with a setting": _steps(2, {"ttl_attribute": "until"}, {"recovery_days": 7}, "What changes beside the steps:", "Restore points older than 7 days are lost at once.", risks="protection limit slow"),
    "stream of another view type": _steps(2, {"stream": "KEYS_ONLY"}, {"stream": "NEW_IMAGE"}, "1. - Switch the stream off: its consumers stop", "2. ~ Switch the stream on as NEW_IMAGE: a new stream with a new ARN", risks="readers"),
    "stream of another view type with an index": _steps(3, {"stream": "KEYS_ONLY"}, {"stream": "NEW_IMAGE", **indexed(BY_STATUS)}, "2. ~ Switch the stream on", "3. - REMOVE index ByBook.", risks="readers readers:ByBook"),
    "stream of another view type with time to live": _steps(3, {"stream": "KEYS_ONLY", "ttl_attribute": "until"}, {"stream": "NEW_IMAGE"}, "1. - Switch the stream off", "Switch time to live off", "2. ~ Switch the stream on", "3. ~ Wait until AWS", risks="readers limit slow"),
    "stream of another view type with the billing": _steps(3, {"stream": "KEYS_ONLY"}, {"stream": "NEW_IMAGE", **provisioned(*BOTH)}, "1. ~ Change billing mode alone.", "2. - Switch the stream off", "3. ~ Switch the stream on", risks="readers readers"),
    "billing with an index": _steps(2, {}, {**provisioned(*BOTH, "ByEmail"), **indexed(*BASE.indexes, BY_EMAIL)}, "1. + Add index ByEmail (email (S); KEYS_ONLY). "+BACKFILL, "2. ~ Change billing mode alone.", risks="readers slow"),
    "table class and encryption with an index": _steps(2, {}, {"table_class": "STANDARD_INFREQUENT_ACCESS", "encryption": "aws-owned", **indexed(BY_STATUS)}, "1. ~ Change table class and encryption alone.", "2. - REMOVE index ByBook.", risks="limit protection readers:ByBook"),
    "billing with two indexes": _steps(3, provisioned(*BOTH), {**NO_CAPACITY, **indexed(BY_STATUS, BY_EMAIL)}, "1. ~ Change billing mode alone.", "2. + Add index ByEmail", "3. - REMOVE index ByBook.", risks="limit readers:ByBook slow"),
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
    "a setting beside a blocked change": _blocked({}, {"keys": keys("PK"), "recovery_days": 7}, NEW_NAME),
    "indexes and keys": _blocked({}, {"keys": keys("PK"), **indexed(BY_STATUS, BY_EMAIL)}, NEW_NAME),
}  # fmt: skip
# What an earlier deployment has left half done: not driven, because the local AWS is never in these states at rest.
UNDER_WAY: dict[str, Pair] = {
    "time to live is going off": Pair(
        {"ttl_attribute": TtlTransition("time to live is DISABLING", True, attribute="until", on=False)},
        {"ttl_attribute": "expires_at"},
        IN_PLACE,
        1,
        (
            'Wait until time to live has been left alone for an hour, then switch it on by "expires_at"',
            "61 to 65 minutes",
        ),
        "items limit slow",
    ),
    "time to live has just come on": Pair(
        {"ttl_attribute": TtlTransition("time to live is ENABLING", True, attribute="until", on=True)},
        {},
        STEPS,
        2,
        (
            "1. ~ Wait until time to live has been left alone for an hour, then switch it off",
            "2. ~ Wait until AWS",
            "2 hours",
        ),
        "limit slow",
    ),
}
