"""Lists of AWS Backup: filtered by the members of their requests that begin with By, and in pages."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from scripts.local_aws.strictness.registry import Request, RequestRefused

PAGE = 1000
Filter = Callable[[Request, Any], bool]


def _equal(name: str) -> Filter:
    return lambda entry, value: entry.get(name) == value


def _moment(value: Any) -> float:
    return datetime.fromisoformat(str(value)).timestamp()


FILTERS: dict[str, Filter] = {
    "ByAccountId": lambda entry, value: value in ("*", entry["AccountId"]),
    "ByBackupPlanId": lambda entry, value: entry.get("CreatedBy", {}).get("BackupPlanId") == value,
    "ByBackupVaultName": _equal("BackupVaultName"),
    "ByCompleteAfter": lambda entry, value: entry.get("CompletionDate", 0) >= _moment(value),
    "ByCompleteBefore": lambda entry, value: entry.get("CompletionDate", float("inf")) < _moment(value),
    "ByCreatedAfter": lambda entry, value: entry["CreationDate"] >= _moment(value),
    "ByCreatedBefore": lambda entry, value: entry["CreationDate"] < _moment(value),
    "ByDestinationVaultArn": _equal("DestinationBackupVaultArn"),
    "ByResourceArn": _equal("ResourceArn"),
    "ByResourceType": _equal("ResourceType"),
    "BySourceRecoveryPointArn": _equal("SourceRecoveryPointArn"),
    "ByState": _equal("State"),
    "ByStatus": _equal("Status"),
}


def listed(key: str, entries: Iterable[Request], request: Request) -> Request:
    """The page of these entries that a List request asks for, under `key`. Raises Refused for an unknown filter."""
    wanted = {name: value for name, value in request.items() if name.startswith("By")}
    if unknown := wanted.keys() - FILTERS.keys():
        raise RequestRefused(f"The local AWS does not filter {key} {min(unknown)}", "InvalidParameterValueException")
    found = [entry for entry in entries if all(FILTERS[name](entry, value) for name, value in wanted.items())]
    start, size = int(request.get("NextToken") or 0), int(request.get("MaxResults") or PAGE)
    more = {"NextToken": str(start + size)} if start + size < len(found) else {}
    return {key: found[start : start + size], **more}
