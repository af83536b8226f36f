"""What became of a deployment, as Markdown for the pull request and the summary of the run."""

from collections.abc import Sequence
from dataclasses import replace

from scripts.github.outcomes import (
    DEPLOYED,
    FAILED,
    GOOD,
    HELD_BACK,
    IS_BLOCKED,
    LOST,
    NO_PLAN,
    NOT_APPROVED,
    NOTHING,
    REFUSED,
    REJECTED,
    STOPPED,
    SUPERSEDED,
    WAITING,
    ServiceOutcome,
)
from scripts.text import markdown

# A run that is repeated has its own commit: an older one would offer to undo what was merged since.
RE_RUN = "*Re-run all jobs* of the run (if this is the newest of *deploy*; else of the newest one)"
# What to do about each outcome.
WAYS_OUT = {
    FAILED: f"Mend the cause, then {RE_RUN}: it plans again, asks again, and continues where this one stopped.",
    LOST: f"Open the run and read what the job said last. {RE_RUN} continues.",
    WAITING: "There is nothing to do by hand. *continue* looks again every half hour and tells the end here.",
    SUPERSEDED: "AWS has done what was begun. The newest run plans what is left, and asks for an approval of its own.",
    STOPPED: f"{RE_RUN} continues: it waits for what is still running in AWS.",
    REFUSED: f"Nothing was touched. {RE_RUN} plans again and asks for the approval of the new plan.",
    NO_PLAN: "Nothing was touched. The run says why: the environment's protection, the role, or the contract.",
    IS_BLOCKED: "Nothing was touched. The plan in the run's summary names the reason and the way out.",
    HELD_BACK: f"Nothing was touched. When those before it are deployed and validated, {RE_RUN} offers it.",
    REJECTED: "Nothing was touched. Until it is deployed it differs from the contract.",
    NOT_APPROVED: f"Nothing was touched. Until it is deployed it differs from the contract. {RE_RUN} asks again.",
}


def to_markdown(found: Sequence[ServiceOutcome], commit: str, address: str) -> str:
    """The comment: a headline, one line for each environment, then what is not well, and the validations, worst first."""
    several = len({one.service for one in found if one.service}) > 1
    shown = _shown(found)
    rows = [
        (
            markdown.code(one.environment),
            *([markdown.code(one.service) if one.service else ""] if several else []),
            markdown.code(one.region),
            one.what if one.what in GOOD else f"**{one.what}**",
            _by(one),
            _verdict(one),
        )
        for one in shown
    ]
    columns = ("Environment", *(["Service"] if several else []), "Region", "Outcome", "Decided by", "Validation")
    return markdown.page(
        f"## Deployment: {headline(found)}",
        f"Commit {markdown.code(commit[:7])}, {markdown.link('run', address)}.",
        markdown.table(columns, rows),
        *(_section(one, several) for one in found if one.what in WAYS_OUT),
        *(_validation(one, several) for one in found if one.validation),
    )


def _shown(found: Sequence[ServiceOutcome]) -> list[ServiceOutcome]:
    """What has a line: services without changes only in environments where nothing else happened, and then as one."""
    shown = [one for one in found if one.what != NOTHING]
    told = {one.environment for one in shown}
    for one in found:
        if one.environment not in told:
            shown.append(replace(one, service=""))
            told.add(one.environment)
    return shown


def headline(found: Sequence[ServiceOutcome]) -> str:
    """`1 failed, 1 deployed`; environments without changes are not counted beside others. A bad validation is said."""
    words = list(dict.fromkeys(one.what for one in found if one.what != NOTHING)) or [NOTHING]
    counts = [f"{sum(one.what == word for one in found)} {word}" for word in words]
    bad = sum(one.what == DEPLOYED and not one.valid for one in found)
    return ", ".join([*counts, *([f"{bad} not as the contract says"] if bad else [])])


def _by(one: ServiceOutcome) -> str:
    return markdown.code(one.approver) if one.approver else ""


def _verdict(one: ServiceOutcome) -> str:
    verdict = markdown.text(one.verdict)
    return verdict if one.valid or not verdict else f"**{verdict}**"


def _section(one: ServiceOutcome, several: bool) -> list[str]:
    # What a refused deployment advises is for a terminal; the way out of a workflow is another.
    message = one.message.partition(" Read the new plan")[0] if one.what == REFUSED else one.message
    of = f", {markdown.code(one.service)}" if several and one.service else ""
    title = f"**{markdown.code(one.environment)}{of}: {one.what}.** {markdown.text(message)}".rstrip()
    stacks = [f"- {markdown.code(stack)}: {markdown.text(reason)}" for stack, reason in one.failed]
    return [title, "", *stacks, *([""] if stacks else []), WAYS_OUT[one.what]]


def _validation(one: ServiceOutcome, several: bool) -> str:
    text = one.validation.strip()
    if text.startswith("## "):
        text = "#" + text
    return (
        markdown.details(f"Validation of {one.environment}{f', {one.service}' if several else ''}", text)
        if one.valid
        else text
    )
