"""What is different between two answers to the same request, as a class of differences."""

import json
import re
from dataclasses import dataclass
from typing import Any

from tests.differential.engine import ACCEPTED, Answer
from tests.differential.items import Case

_PREFIX = re.compile(
    r"^(?:\d+ validation errors? detected: |Invalid \w+: |One or more parameter values (?:were invalid|are not valid)[:.] "
    r"|ExpressionAttributeValues contains invalid value: |The provided starting key is invalid: )+"
)


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """A class of differences: what was asked, of which other engine, and what the local AWS and it say."""

    engine: str
    operation: str
    local: str
    other: str


def kind(answer: Answer) -> str:
    """What an answer says, without what is particular to the request."""
    if answer.accepted:
        return ACCEPTED
    if "ValidationException" not in answer.code:
        return answer.code
    if "failed to satisfy constraint: Member must" in answer.message:
        return "a constraint of the service model"
    text = _PREFIX.sub("", answer.message)
    text = re.split(r"[;:,(\[{'\"]", text)[0]
    text = re.sub(r"\b(?:Index|Local)\d\b|\bBy[A-Z]\w+|\b\d+\b", "*", text)
    return text.strip().rstrip(".") or answer.message[:60]


def difference(engine: str, case: Case, local: Answer, other: Answer) -> Difference | None:
    """The class of the difference between the answers, None when there is none that counts.

    Two refusals with the same code are the same: the wording of the other engines is theirs.
    """
    if local.accepted != other.accepted or (not local.accepted and local.code != other.code):
        return Difference(engine, case.operation, kind(local), kind(other))
    if local.accepted and (parts := _different_parts(case, local.body, other.body)):
        return Difference(engine, case.operation, ACCEPTED, f"other {', '.join(parts)}")
    return None


def _different_parts(case: Case, local: Any, other: Any) -> list[str]:
    """The parts of two answers that differ, of those that the order of a hash does not decide."""
    return [name for name in COMPARED.get(case.operation, ()) if _part(case, name, local) != _part(case, name, other)]


COMPARED = {
    "Query": ("Count", "ScannedCount", "Items", "LastEvaluatedKey"),
    "Scan": ("Count", "ScannedCount", "Items", "LastEvaluatedKey"),
    "GetItem": ("Item",),
    "BatchGetItem": ("Responses",),
    "PutItem": ("Attributes",),
    "UpdateItem": ("Attributes",),
    "DeleteItem": ("Attributes",),
}


def _part(case: Case, name: str, body: Any) -> Any:
    value = body.get(name)
    request = case.request
    paged = any(part in request for part in ("Limit", "ExclusiveStartKey", "Segment"))
    if paged and (case.operation == "Scan" or "IndexName" in request):
        return None  # the order of partitions, and of items with the same key of an index, is each engine's own
    if name in ("Items", "Responses"):
        found = value.get("Orders") if isinstance(value, dict) else value
        texts = [_canonical(item) for item in found or []]
        # Items with the same key of an index come in an order of their own, too.
        return texts if case.operation == "Query" and "IndexName" not in request else sorted(texts)
    if name == "LastEvaluatedKey" and "IndexName" in request:
        return bool(value)
    return _canonical(value or None)


def _canonical(value: Any) -> str:
    def plain(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: sorted(map(str, v)) if key in ("SS", "NS", "BS") else plain(v) for key, v in part.items()}
        return [plain(each) for each in part] if isinstance(part, list) else part

    return json.dumps(plain(value), sort_keys=True)
