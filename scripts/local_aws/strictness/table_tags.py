"""Tags of tables: what CreateTable, TagResource and UntagResource refuse."""

from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule, table_check

MAX_TAGS = 50


@table_check(
    "tag-keys",
    "The key of a tag does not begin with aws: and is not given twice.",
    sources.TAGGING,
)
def _keys(request: Request) -> str | None:
    keys = [tag["Key"] for tag in request.get("Tags") or []]
    if reserved := [key for key in keys if key.lower().startswith("aws:")]:
        return f"Tag Key cannot be prefixed with aws:, Key: {reserved[0]}"
    if twice := [key for key in keys if keys.count(key) > 1]:
        return f"Duplicate Tag Keys provided as input: Duplicate Tag Key found {twice[0]}"
    return None


@table_check("tags", f"At most {MAX_TAGS} tags, not counting those that AWS itself sets.", sources.CONSTRAINTS)
def _count(request: Request) -> str | None:
    if len(request.get("Tags") or []) > MAX_TAGS:
        return "Number of Tags exceed the current limit for the provided ResourceArn"
    return None


@rule("tag-list", "TagResource and UntagResource name at least one tag.", sources.TAGGING)
def refuse_no_tags(given: list[Any], what: str) -> None:
    """Raise Refused for an empty list. `what`: Tag or Tag Key."""
    if not given:
        raise RequestRefused(f"Atleast one {what} needs to be provided as Input.")


def install() -> None:
    """Put these rules in front of the emulator's own functions."""
    import ministack.services.dynamodb as dynamodb
    from ministack.core.responses import error_response_json

    def tag_resource(data: Request, _original: Any = dynamodb._tag_resource) -> tuple[Any, ...]:
        given = data.get("Tags") or []
        present = {tag["Key"]: tag for tag in dynamodb._tags.get(data.get("ResourceArn"), [])}
        try:
            refuse_no_tags(given, "Tag")
            if message := _keys({"Tags": given}):
                raise RequestRefused(message)
            if message := _count({"Tags": list(present | {tag["Key"]: tag for tag in given})}):
                raise RequestRefused(message)
        except RequestRefused as refusal:
            return error_response_json(refusal.code, str(refusal), 400)
        return _original(data)

    def untag_resource(data: Request, _original: Any = dynamodb._untag_resource) -> tuple[Any, ...]:
        try:
            refuse_no_tags(data.get("TagKeys") or [], "Tag Key")
        except RequestRefused as refusal:
            return error_response_json(refusal.code, str(refusal), 400)
        return _original(data)

    dynamodb._tag_resource = tag_resource
    dynamodb._untag_resource = untag_resource
