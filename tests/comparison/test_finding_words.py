"""Findings in plain words, each exactly as a person reads it."""

from scripts.comparison import finding_words
from scripts.comparison.compare import MATCH, MISMATCH, UNKNOWN, Finding
from scripts.comparison.finding_words import MAX_SHOWN, sentence, shown
from scripts.model import Scaling
from tests.for_each import for_each
from tests.golden import Golden
from tests.samples import keys


def finding(group: str, subject: str, name: str, *values: object, outcome: str = MISMATCH, reason: str = "") -> Finding:
    return Finding("Orders", group, subject, name, outcome, *values, reason=reason)


SENTENCES: list[tuple[Finding, str]] = [
    (finding("Keys", "", "existence", "exists", "does not exist"), "the table does not exist"),
    (finding("Indexes", "ByDay", "existence", "exists", "does not exist"), "index ByDay does not exist"),
    (
        finding("Indexes", "ByDay", "existence", "does not exist", "exists"),
        "index ByDay exists, but the contract does not have it",
    ),
    (finding("Alarms", "A/x-read", "existence", "exists", "does not exist"), "alarm A/x-read does not exist"),
    (
        finding("Keys", "", "key schema", keys("PK", "SK:N"), keys("id:B")),
        "key schema is id (B), wanted: PK (S); sort SK (N)",
    ),
    (
        finding("Indexes", "ByDay", "key schema", keys("a b:N", "c"), keys("a")),
        "key schema of index ByDay is a (S), wanted: a (S), b (N); sort c (S)",
    ),
    (
        finding("Indexes", "ByDay", "projected attributes", ("a", "b"), ()),
        "projected attributes of index ByDay is none, wanted: a, b",
    ),
    (finding("Settings", "", "deletion protection", True, False), "deletion protection is off, wanted: on"),
    (finding("Settings", "", "point-in-time recovery", 35, 0), "point-in-time recovery is off, wanted: on, 35 days"),
    (
        finding("Settings", "", "time to live", "until", "expires_at"),
        "time to live is on, by expires_at, wanted: on, by until",
    ),
    (finding("Settings", "", "time to live", "", "until"), "time to live is on, by until, wanted: off"),
    (finding("Settings", "", "tags", (("a", "1"), ("b", "")), ()), "tags is none, wanted: a=1, b="),
    (finding("Settings", "", "encryption", "aws-managed", "aws-owned"), "encryption is aws-owned, wanted: aws-managed"),
    (
        finding("Settings", "", "provisioned capacity", (("", 5, 6), ("ByDay", 1, 2)), ()),
        "provisioned capacity is none, wanted: table 5 read and 6 write units; index ByDay 1 read and 2 write units",
    ),
    (
        finding(
            "Settings", "", "auto scaling", (Scaling("", "Read", 5, 50, 70),), (Scaling("ByDay", "Write", 1, 9, 60),)
        ),
        "auto scaling is index ByDay write 1 to 9 at 60 %, wanted: table read 5 to 50 at 70 %",
    ),
    (
        finding("Settings", "", "on-demand maximum", (("", 100, 0), ("ByDay", 5, 6)), ()),
        "on-demand maximum is none, wanted: table 100 reads a second; index ByDay 5 reads and 6 writes a second",
    ),
    (finding("Settings", "", "stream", "NEW_IMAGE", ""), "stream is off, wanted: NEW_IMAGE"),
    (finding("Settings", "", "Kinesis stream", "arn:x", ""), "Kinesis stream is off, wanted: arn:x"),
    (
        finding("Settings", "", "Contributor Insights", (("", "off"),), (("", "THROTTLED_KEYS"), ("ByDay", "off"))),
        "Contributor Insights is table THROTTLED_KEYS, index ByDay off, wanted: off",
    ),
    (finding("Settings", "", "resource policy", "", "{}"), "resource policy is {}, wanted: none"),
    (finding("Alarms", "A", "threshold", 10, 0), "threshold of alarm A is 0, wanted: 10"),
    (finding("Alarms", "A", "enabled", True, False), "alarm A has its actions switched off: it tells nobody"),
    (
        finding("Alarms", "A", "dimensions", (("TableName", "T"),), (("TableName", "U"),)),
        "dimensions of alarm A is U, wanted: T",
    ),
    (
        finding("Settings", "", "tags", (), None, outcome=UNKNOWN, reason="AccessDenied: no."),
        "tags could not be judged: AccessDenied: no",
    ),
    (
        finding("Keys", "", "existence", "exists", None, outcome=UNKNOWN, reason="no"),
        "the table could not be judged: no",
    ),
    (
        finding("Indexes", "ByDay", "status", "ACTIVE", None, outcome=UNKNOWN, reason="it is CREATING"),
        "status of index ByDay could not be judged: it is CREATING",
    ),
    (
        finding("Access", "", "query", reason="ValidationException: no."),
        "the table refuses a query: ValidationException: no",
    ),
    (finding("Access", "ByDay", "query", reason="no"), "index ByDay refuses a query: no"),
    (finding("Access", "", "write probe: put", reason="no."), "the table fails the write probe (put): no"),
    (finding("Access", "ByDay", "write probe: read", reason="no"), "index ByDay fails the write probe (read): no"),
    (
        finding("Settings", "", "stack status", "healthy", "DELETE_FAILED"),
        "stack status is DELETE_FAILED, wanted: healthy",
    ),
    (finding("Settings", "", "stack status", "healthy", "missing"), "the stack does not exist"),
    (
        finding("Settings", "shop-2", "termination protection", "on", "off"),
        "termination protection of shop-2 is off, wanted: on",
    ),
    (
        finding("Alarms", "a@b.example", "e-mail subscription", "confirmed", "not confirmed"),
        "the subscription of a@b.example is not confirmed: alarms do not reach it",
    ),
    (
        finding("Alarms", "{x}", "alarm topic", "exists", "missing"),
        "alarm topic {x} does not exist: what it should tell reaches nobody",
    ),
    (
        finding("Settings", "alias/x", "key of the tables", "enabled, rotated", "Disabled"),
        "key alias/x of the tables is Disabled, wanted: enabled, rotated",
    ),
    (
        finding("Backup", "", "backup coverage", "covered", "not covered"),
        "no backup selection covers the table: it is not backed up by AWS Backup",
    ),
]


@for_each(("value", "wanted"), SENTENCES, ids=[wanted for _, wanted in SENTENCES])
def test_sentences(value: Finding, wanted: str) -> None:
    assert sentence(value) == wanted


def test_long_values_are_cut() -> None:
    found = shown("projected attributes", tuple(f"attribute{n}" for n in range(100)))
    assert len(found) == MAX_SHOWN
    assert found.endswith("...")


def test_nothing_is_called_empty() -> None:
    assert shown("description", "") == "empty"


def test_values_of_what_is_no_property_of_a_table() -> None:
    assert [shown("anything", value) for value in (True, False, (("a", 1), "b"), (), 5)] == [
        "on",
        "off",
        "1, b",
        "none",
        "5",
    ]


def test_a_match_has_no_sentence_to_go_wrong() -> None:
    assert sentence(Finding("Orders", "Keys", "", "status", MATCH, "ACTIVE", "ACTIVE"))


def test_every_sentence_that_is_data(golden: Golden) -> None:
    """Whole, so that a reader sees what a changed word does to all of them."""
    lines = []
    for (name, live), _ in finding_words.SENTENCES.items():
        lines.append(sentence(finding("Settings", "the-subject", name, "as wanted", live)))
    for name in (*finding_words.AROUND, *finding_words.STACK, "stack output TableArn", "existence", "time to live"):
        for subject in ("the-subject",) if name in finding_words.AROUND else ("", "the-subject"):
            lines.append(sentence(finding("Settings", subject, name, "wanted-value", "live-value")))
            lines.append(
                sentence(finding("Settings", subject, name, "wanted-value", None, outcome=UNKNOWN, reason="No answer."))
            )
    for group in ("Alarms", "Access", "Indexes"):
        lines.append(sentence(finding(group, "the-subject", "existence", "exists", "does not exist")))
        lines.append(sentence(finding(group, "", "write probe: put", "works", "fails", reason="Denied.")))
        lines.append(sentence(finding(group, "the-subject", "query", "works", "fails", reason="Denied.")))
    lines += [f"{name}: {text}" for name, text in finding_words.CAUSES.items()]
    golden.check("sentences.txt", "\n".join(lines) + "\n")


def test_long_values_are_cut_around_their_first_difference() -> None:
    same = "x" * (MAX_SHOWN - 20)
    wanted, found = finding_words.both(finding("Settings", "", "anything", same + "a" * 90, same + "b" * 90))
    assert (len(wanted), wanted[:3], wanted.index("a")) == (len(found), "...", MAX_SHOWN // 4 + 3)
    assert found[:3] == "..." and found.index("b") == MAX_SHOWN // 4 + 3
    assert finding_words.shown("anything", "y" * (MAX_SHOWN + 1)) == "y" * (MAX_SHOWN - 3) + "..."
    assert finding_words.shown("anything", "y" * MAX_SHOWN) == "y" * MAX_SHOWN
