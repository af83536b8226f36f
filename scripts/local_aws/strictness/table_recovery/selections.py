"""Which tables a selection of a backup plan takes in."""

import fnmatch
from collections.abc import Callable
from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.registry import Request, rule

TAG = "aws:ResourceTag/"
# By the member of Conditions: whether a value of a tag (None without the tag) fulfils one of its conditions.
CONDITIONS: dict[str, Callable[[str | None, str], bool]] = {
    "StringEquals": lambda value, wanted: value == wanted,
    "StringNotEquals": lambda value, wanted: value != wanted,
    "StringLike": lambda value, wanted: value is not None and fnmatch.fnmatchcase(value, wanted),
    "StringNotLike": lambda value, wanted: value is None or not fnmatch.fnmatchcase(value, wanted),
}


@rule(
    "backup-selected",
    "A selection takes in what has one of its tags or is one of its Resources (* is any text), fulfils all its "
    "Conditions, and is none of its NotResources.",
    sources.ASSIGNING,
)
def takes(selection: Request, arn: str, tags: dict[str, str]) -> bool:
    """Whether a selection takes in the resource of an ARN with these tags."""
    named = any(fnmatch.fnmatchcase(arn, pattern) for pattern in selection.get("Resources") or [])
    tagged = any(tags.get(each["ConditionKey"]) == each["ConditionValue"] for each in selection.get("ListOfTags") or [])
    excluded = any(fnmatch.fnmatchcase(arn, pattern) for pattern in selection.get("NotResources") or [])
    return (named or tagged) and not excluded and _fulfilled(selection.get("Conditions") or {}, tags)


def _fulfilled(conditions: dict[str, Any], tags: dict[str, str]) -> bool:
    return all(
        CONDITIONS[kind](tags.get(each["ConditionKey"].removeprefix(TAG)), each["ConditionValue"])
        for kind, listed in conditions.items()
        for each in listed or []
    )
