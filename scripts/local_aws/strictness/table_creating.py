"""What AWS refuses while a table is CREATING: whoever goes on too early, after a restore too, sees it here."""

from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.clock import TableClock
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule
from scripts.local_aws.strictness.table_recovery.answers import Answer

BUSY = ("ResourceInUseException", "Attempt to change a resource which is still in use: Table is being created: {name}")
UNAVAILABLE = (
    "ContinuousBackupsUnavailableException",
    "Backups are being enabled for the table: {name}. Please retry later",
)
# The spelling is AWS's.
NOT_FOUND = ("ResourceNotFoundException", "Requested resource not found: ResourcArn: {arn} not found")

# The emulator's function, and what is answered meanwhile.
REFUSALS = {
    "_update_continuous_backups": UNAVAILABLE,
    "_update_ttl": BUSY,
    "_put_resource_policy": BUSY,
    "_enable_kinesis_streaming_destination": BUSY,
    "_tag_resource": NOT_FOUND,
    "_untag_resource": NOT_FOUND,
    "_list_tags": NOT_FOUND,
}


@rule(
    "table-creating",
    "While a table is CREATING, point-in-time recovery cannot be set (ContinuousBackupsUnavailableException), TTL, a "
    "resource policy and a Kinesis stream cannot either (ResourceInUseException), and its tags are not found.",
    sources.UPDATE_RECOVERY,
)
def refuse_creating(table: dict[str, Any], refusal: tuple[str, str]) -> None:
    """Raise Refused with this (code, message) while the table of the record is CREATING."""
    if TableClock.of(table).creating:
        code, message = refusal
        raise RequestRefused(message.format(name=table["TableName"], arn=table["TableArn"]), code)


def install() -> None:
    """Put this rule in front of the emulator's own functions."""
    import ministack.services.dynamodb as dynamodb
    from ministack.core.responses import error_response_json

    def guarded(original: Any, refusal: tuple[str, str]) -> Any:
        def answer(request: Request) -> Answer:
            table = dynamodb._tables.get(
                dynamodb._normalize_table_name(request.get("TableName") or request.get("ResourceArn") or "")
            )
            try:
                if table is not None:
                    refuse_creating(table, refusal)
            except RequestRefused as refused:
                return error_response_json(refused.code, str(refused), 400)
            return original(request)

        return answer

    for name, refusal in REFUSALS.items():
        setattr(dynamodb, name, guarded(getattr(dynamodb, name), refusal))
