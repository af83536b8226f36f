"""How AWS says things: statuses and error codes, readable without an AWS library."""

from collections.abc import Iterable

from scripts.model import Deleting, Unknown

LEAVING = ("DELETING", "ARCHIVING")


def settled(status: str, final: Iterable[str], what: str) -> str | Unknown:
    """A status, if it will stay; statuses that end in -ING pass by themselves. Leaving, if what it is of will not stay."""
    if status in final:
        return status
    if status in LEAVING:
        return Deleting(f"{what} is {status}", in_progress=True, status=status)
    if status.endswith("ING"):
        return Unknown(f"{what} is {status}", in_progress=True)
    return status or Unknown(f"AWS states no status of {what}")


def error_code(error: Exception) -> str:
    """The AWS error code of an error; for an error on this side of the line the name of its class."""
    response = getattr(error, "response", None)
    return response.get("Error", {}).get("Code", "") if isinstance(response, dict) else type(error).__name__
