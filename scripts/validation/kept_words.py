"""What is said of tables that were deployed and that the contract no longer has: they are kept, and nobody compares them."""

from collections.abc import Iterator

from scripts.validation.report import Report

RETIRED = "deployed once, no longer in the contract: kept, not validated."


def retired_unknown(service: str, reason: str) -> str:
    """What is said where the stacks could not be listed."""
    return f"Whether tables of {service} are still there that the contract no longer has is not known: {reason}"


def kept_lines(report: Report) -> Iterator[str]:
    """One line for each such table, and for each service of which they are not known."""
    yield from (f"{table} ({service}): {RETIRED}" for service, table in report.retired)
    yield from (retired_unknown(service, reason) for service, reason in report.retired_unknown)
