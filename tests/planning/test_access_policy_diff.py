"""What changes in the access policies of applications, in words."""

from typing import Any

from scripts.planning.access_policy_diff import access_entry
from scripts.planning.changes import CREATE
from scripts.planning.entries import ADDED, CHANGED, IN_PLACE, REMOVED
from tests.for_each import for_each

TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders"
KEPT = ("Whoever attached an earlier version keeps it until it is attached anew.",)


def policy(*actions: str) -> dict[str, Any]:
    allowed = [{"Effect": "Allow", "Action": [f"dynamodb:{action}" for action in actions], "Resource": TABLE}]
    return {"Version": "2012-10-17", "Statement": allowed}


@for_each(
    ("before", "after", "action", "words", "sign", "risks", "notes"),
    [
        (None, policy("GetItem"), CREATE, "The access policy is new.", ADDED, [], ()),
        (policy("GetItem"), None, IN_PLACE, "The access policy is REMOVED.", REMOVED, ["R307"], ()),
        (policy("GetItem"), policy("GetItem", "Query"), IN_PLACE, "It allows more: ", ADDED, ["R206"], KEPT),
        (policy("GetItem", "Query"), policy("GetItem"), IN_PLACE, "It allows less: ", REMOVED, ["R307"], KEPT),
        (
            policy("GetItem", "Query"),
            policy("Query", "GetItem"),
            IN_PLACE,
            "It is written in another way",
            CHANGED,
            [],
            (),
        ),
    ],
)
def test_who_gains_and_who_loses_is_said(
    before: Any, after: Any, action: str, words: str, sign: str, risks: list[str], notes: tuple[str, ...]
) -> None:
    entry = access_entry("shop", "read-only", before, after)
    (line,) = entry.changes
    assert (entry.action, line.sign, entry.notes) == (action, sign, notes)
    assert line.text.startswith(words)
    assert [risk.id for risk in entry.risks] == risks
