"""What a restore may ask for: the settings of the restored table, from those of the backup and the overrides."""

import copy
import math
from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.create_table import INVALID, key_names
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule

INDEXES = {
    "GlobalSecondaryIndexOverride": "GlobalSecondaryIndexes",
    "LocalSecondaryIndexOverride": "LocalSecondaryIndexes",
    "VectorIndexOverride": "VectorIndexes",
}
THROUGHPUTS = ("ProvisionedThroughput", "OnDemandThroughput", "WarmThroughput")


@rule(
    "restore-overrides",
    "A restore takes another billing mode, capacity, encryption, and fewer indexes: those named must be indexes of the "
    "source with the same keys and projection. The result is held against the rules of CreateTable: a switch to "
    "PROVISIONED needs the capacity of the table and of every index. AWS's wording is not known.",
    sources.RESTORE_BACKUP,
)
def restored_settings(settings: Request, request: Request) -> Request:
    """The CreateTable request, without a name, that a restore with these overrides leads to. Raises Refused."""
    result = copy.deepcopy(settings)
    mode = request.get("BillingModeOverride") or settings["BillingMode"]
    if mode != settings["BillingMode"]:
        for holder in (result, *result.get("GlobalSecondaryIndexes", [])):
            for name in THROUGHPUTS:
                holder.pop(name, None)
    result["BillingMode"] = mode
    for override, member in INDEXES.items():
        if request.get(override) is not None:
            result[member] = [_same_index(wanted, settings.get(member, [])) for wanted in request[override]]
    for name in ("ProvisionedThroughput", "OnDemandThroughput"):
        if request.get(f"{name}Override") is not None:
            result[name] = request[f"{name}Override"]
    if request.get("OnDemandThroughputOverride") == {}:
        raise RequestRefused(
            f"{INVALID}OnDemandThroughputOverride needs MaxReadRequestUnits, MaxWriteRequestUnits, or both"
        )
    if request.get("SSESpecificationOverride") is not None:
        result["SSESpecification"] = request["SSESpecificationOverride"]
    used = key_names(result) | _searched(result)
    result["AttributeDefinitions"] = [d for d in result["AttributeDefinitions"] if d["AttributeName"] in used]
    return {name: value for name, value in result.items() if value != []}


def _same_index(wanted: Request, present: list[Request]) -> Request:
    if not any(_definition(wanted) == _definition(index) for index in present):
        raise RequestRefused(
            f"{INVALID}Index {wanted.get('IndexName')} does not match an index of the source: a restore can leave out "
            "indexes, not make or change them"
        )
    return wanted


def _definition(index: Request) -> Request:
    """An index without its capacity; the order of projected attributes does not count."""
    result = {name: value for name, value in index.items() if name not in THROUGHPUTS}
    projection = dict(result.get("Projection") or {})
    projection["NonKeyAttributes"] = sorted(projection.get("NonKeyAttributes") or [])
    return result | {"Projection": projection}


def _searched(request: Request) -> set[str]:
    elements = (element for index in request.get("VectorIndexes", []) for element in index.get("SearchSchema") or [])
    return {element["AttributeName"] for element in elements}


@rule(
    "restore-warm-throughput",
    "WarmThroughput of an index in an override of RestoreTableToPointInTime is refused. AWS's wording is not known.",
    sources.RESTORE_POINT,
)
def refuse_warm_throughput(request: Request) -> None:
    """Raise Refused when an index override asks for warm throughput."""
    if any(index.get("WarmThroughput") for index in request.get("GlobalSecondaryIndexOverride") or []):
        raise RequestRefused(f"{INVALID}WarmThroughput is not supported for RestoreTableToPointInTime")


@rule(
    "restore-time",
    "RestoreTableToPointInTime names its source once, by name or ARN, and one of RestoreDateTime and "
    "UseLatestRestorableTime; a time outside of the window is InvalidRestoreTimeException. AWS's wording is not known.",
    sources.RESTORE_POINT,
)
def restore_time(request: Request, earliest: float, latest: float) -> float:
    """The time that a request restores to, seconds since 1970. Raises Refused outside of the window."""
    wanted = request.get("RestoreDateTime")
    if (wanted is None) != bool(request.get("UseLatestRestorableTime")):
        raise RequestRefused(f"{INVALID}Specify one of RestoreDateTime and UseLatestRestorableTime")
    if wanted is None:
        return latest
    # Clients round to whole seconds: the latest time that was told must be one that can be asked for.
    if not earliest <= float(wanted) <= math.ceil(latest):
        raise RequestRefused(
            "RestoreDateTime must be between EarliestRestorableDateTime and LatestRestorableDateTime",
            "InvalidRestoreTimeException",
        )
    return min(float(wanted), latest)


def source_reference(request: Request) -> str:
    """The name or ARN of the table that a RestoreTableToPointInTime request restores."""
    named = [str(request[name]) for name in ("SourceTableName", "SourceTableArn") if request.get(name)]
    if len(named) != 1:
        raise RequestRefused(f"{INVALID}Specify one of SourceTableName and SourceTableArn")
    return named[0]


@rule(
    "restore-cross-region",
    "A restore from another Region needs the source by its ARN, and SSESpecificationOverride. AWS's wording is not "
    "known.",
    sources.RECOVERY_TUTORIAL,
)
def refuse_missing_encryption(request: Request, source_region: str, region: str) -> None:
    """Raise Refused when a restore from another Region does not say how the restored table is encrypted."""
    if source_region != region and request.get("SSESpecificationOverride") is None:
        raise RequestRefused(f"{INVALID}SSESpecificationOverride is required for a restore from another Region")


def region_of(arn: str) -> tuple[str, str]:
    """(account, Region) of an ARN of a table or a backup."""
    parts: list[Any] = arn.split(":")
    return (parts[4], parts[3]) if len(parts) > 5 else ("", "")
