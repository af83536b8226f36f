"""A fact matches, differs, or is not known; what cannot be read is never a match."""

from typing import Any

from botocore.exceptions import ClientError, ConnectTimeoutError

from scripts.comparison.compare import MATCH, MISMATCH, UNKNOWN
from scripts.comparison.expectation import ABSENT, Expectation, check
from scripts.model import Unknown
from tests.for_each import for_each


def raising(error: Exception) -> Any:
    def read() -> Any:
        raise error

    return read


def refused(code: str) -> Exception:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "Read")


OUTCOMES: dict[str, tuple[Any, str, Any]] = {
    "as wanted": (lambda: "on", MATCH, "on"),
    "other": (lambda: "off", MISMATCH, "off"),
    "nothing": (lambda: "", MISMATCH, "missing"),
    "settling": (lambda: Unknown("it is CREATING", in_progress=True), UNKNOWN, None),
    "denied": (raising(refused("AccessDenied")), UNKNOWN, None),
    "no answer": (raising(ConnectTimeoutError(endpoint_url="x")), UNKNOWN, None),
    **{code: (raising(refused(code)), MISMATCH, "missing") for code in sorted(ABSENT)},
}


@for_each(("read", "outcome", "live"), OUTCOMES.values(), ids=OUTCOMES)
def test_outcomes(read: Any, outcome: str, live: Any) -> None:
    found = check("stack", Expectation("Settings", "x", "protection", "on", read))
    assert (found.table, found.group, found.subject, found.property) == ("stack", "Settings", "x", "protection")
    assert (found.outcome, found.live, found.desired) == (outcome, live, "on")
    assert bool(found.reason) == (outcome == UNKNOWN)
    assert found.in_progress == ("CREATING" in found.reason)
