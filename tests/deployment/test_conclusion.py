"""How a deployment ends: the exit code, what the person reads, and what the report says."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from scripts.comparison.compare import MISMATCH, UNKNOWN, Finding
from scripts.deployment import conclusion
from scripts.deployment.conclusion import conclude
from scripts.deployment.concurrent_changes import AGAIN
from scripts.deployment.execution import DEPLOYED, FAILED, NOT_BEGUN, RUNNING, UNCHANGED, Outcome
from scripts.deployment.read_back import ReadBack
from scripts.deployment.request import DeploymentRequest
from scripts.observe.target_options import TargetOptions
from tests.for_each import for_each

ORDERS, BOOKS, CARTS = "dynamodb-test-shop-Orders", "dynamodb-test-shop-Books", "dynamodb-test-shop-Carts"


class Report:
    """Keeps what it is given; `failure` comes in its place."""

    def __init__(self, failure: BaseException | None = None) -> None:
        self.failure, self.written = failure, ("", "")

    def write(self, outcome: str, message: str, _outcomes: Any) -> dict[str, Any]:
        if self.failure:
            raise self.failure
        self.written = outcome, message
        return {}


def outcome(title: str, became: str, reason: str = "") -> Outcome:
    return Outcome("shop", title, title, became, reason)


def run(outcomes: dict[str, Outcome], *, interrupted: bool = False) -> Any:
    titles = lambda *wanted: [each.title for each in outcomes.values() if each.outcome in wanted]  # noqa: E731
    return SimpleNamespace(interrupted=interrupted, waits=False, outcomes=outcomes, titles=titles)


def ended(
    monkeypatch: pytest.MonkeyPatch,
    made: Any,
    report: Report | None = None,
    service: str | None = None,
    record: Any = (),
) -> int:
    """The exit code. `record`: what recording writes, or the error that it raises."""

    def recorded(*_: object, **__: object) -> Any:
        if isinstance(record, Exception):
            raise record
        return record

    monkeypatch.setattr(conclusion, "record_environment", recorded)
    monkeypatch.setattr(conclusion, "to_values", lambda _plan: {})
    request = DeploymentRequest(TargetOptions("test", service=service, out=Path("generated")))
    target = SimpleNamespace(environment="test", aws=None, left_out=())
    return conclude(request, Console(width=200), target, made, None, report or Report())  # type: ignore[arg-type]


CONTINUES = "Run the same command again: it waits for what is running and continues from there.\n"
UNRECORDED = "\nWhat was deployed stays deployed, but it was not recorded.{} Record it: make record ENV=test\n"
MANY = {
    ORDERS: outcome("Orders", DEPLOYED),
    BOOKS: outcome("Books", UNCHANGED),
    CARTS: outcome("Carts", RUNNING),
    "x": outcome("Users", NOT_BEGUN),
}


@pytest.mark.parametrize(
    ("outcomes", "failed"), [(MANY, ""), ({**MANY, "y": outcome("Logs", FAILED, "Too late.")}, "Failed: Logs\n")]
)
def test_who_stops_it_reads_what_became_of_each_table(
    outcomes: dict[str, Outcome], failed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    report = Report()
    assert ended(monkeypatch, run(outcomes, interrupted=True), report) == 130
    assert capsys.readouterr().err == (
        f"\nStopped.\nDone: Orders, Books\nBegun, not finished: Carts\n{failed}Not begun: Users\n{CONTINUES}"
    )
    assert report.written == ("stopped", CONTINUES.strip())


def test_of_nothing_that_is_said_except_of_failures(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(monkeypatch, run({ORDERS: outcome("Orders", DEPLOYED)}, interrupted=True)) == 130
    assert (
        capsys.readouterr().err == f"\nStopped.\nDone: Orders\nBegun, not finished: none\nNot begun: none\n{CONTINUES}"
    )


@pytest.mark.parametrize(
    ("error", "code", "why"), [(KeyboardInterrupt(), 130, ""), (OSError("The disk is full"), 1, " The disk is full.")]
)
def test_what_could_not_be_written_down_is_said(
    error: BaseException, code: int, why: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(monkeypatch, run({ORDERS: outcome("Orders", DEPLOYED)}), Report(error)) == code
    assert capsys.readouterr().err == UNRECORDED.format(why)


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        ("The alarm exists.", "Mend the cause and run the same command again: it continues."),
        (
            f"The stack changed. {AGAIN}",
            "Do not repeat the command before you have read what changed meanwhile: it could undo a newer deployment.",
        ),
    ],
)
def test_a_failure_is_told_with_what_to_do(
    reason: str, advice: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    report = Report()
    failed = {ORDERS: outcome("Orders", FAILED, reason), BOOKS: outcome("Books", DEPLOYED)}
    assert ended(monkeypatch, run(failed), report) == 1
    assert capsys.readouterr().err == f"\nOrders: {reason}\n\n1 failed. {advice}\n"
    assert report.written == ("failed", f"1 failed. {advice}")


PROOF, ADVICE = "Prove it: make validate ENV=test", "What to do: make validate ENV=test"
OFF = Finding("Orders", "Settings", "", "deletion protection", MISMATCH, True, False)
CHANGING = Finding("Orders", "Settings", "", "time to live", UNKNOWN, "a", None, "it is ENABLING", in_progress=True)
UNREAD = Finding("Orders", "Keys", "", "existence", UNKNOWN, "exists", None, "AccessDenied")


@for_each(
    ("findings", "service", "last"),
    [
        ((), None, f"2 tables are as the contract says. {PROOF}"),
        ((), "shop", f"2 tables are as the contract says. {PROOF} SERVICE=shop"),
        ((OFF, CHANGING), None, f"1 table is as the contract says, 1 differs. {ADVICE}"),
        ((CHANGING,), None, f"1 table is as the contract says, 1 is still being changed by AWS. {ADVICE}"),
        (
            (UNREAD, CHANGING),
            None,
            f"1 table is as the contract says, 1 could not be read back in full: its stack reports complete. {ADVICE}",
        ),
    ],
)
def test_only_what_was_read_back_is_said_to_be_as_wanted(
    findings: tuple[Finding, ...],
    service: str | None,
    last: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    done = {ORDERS: outcome("Orders", DEPLOYED), BOOKS: outcome("Books", UNCHANGED)}
    record = [SimpleNamespace(words="Recorded in generated/shop.")]
    found = ReadBack("Orders", findings), ReadBack("Books", ())
    monkeypatch.setattr(conclusion, "read_back", lambda *_: found)
    assert ended(monkeypatch, run(done), service=service, record=record) == 0
    said = capsys.readouterr()
    assert said.out == f"Recorded in generated/shop.\n{last}\n"
    assert said.err == (
        "Orders is not as the contract says: deletion protection is off, wanted: on. The validation tells the cause of each "
        "difference and what mends it.\n"
        if OFF in findings
        else ""
    )


def test_a_record_that_fails_does_not_undo_the_deployment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done = run({ORDERS: outcome("Orders", DEPLOYED)})
    assert ended(monkeypatch, done, record=OSError("generated is not writable.")) == 1
    assert (
        capsys.readouterr().err
        == "It could not be recorded: generated is not writable. Record it: make record ENV=test\n"
    )
