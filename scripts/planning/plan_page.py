"""A plan as Markdown, for a pull request: what needs attention first, and short enough for a comment whatever its size."""

from collections.abc import Sequence

from scripts.planning import LIVE
from scripts.planning.build_plan import RETIRED, UNCHANGED, Entry, Plan
from scripts.planning.changes import BLOCKED
from scripts.planning.plan_text import AGES, HINTS, TITLES, marked, parts, summary, where
from scripts.text import markdown
from scripts.text.github_limits import COMMENT_LIMIT, fit

FOLDED_NAMES = 200
NOTES, NOTE = 20, 500  # notes shown, and characters of one


def to_markdown(plan: Plan) -> str:
    """The plan of one environment."""
    return _page(plan, COMMENT_LIMIT)


def to_markdown_all(plans: Sequence[Plan]) -> str:
    """The plans of several environments: one line for each, then each by itself."""
    if len(plans) == 1:
        return to_markdown(plans[0])
    rows = [
        (markdown.code(plan.environment), markdown.text(plan.region or "any"), _bold(plan), markdown.code(plan.hash))
        for plan in plans
    ]
    head = markdown.page("## Plan", markdown.table(("Environment", "Region", "Tables", "Plan"), rows))
    changed = [plan for plan in plans if plan.exit_code or plan.notes or plan.count(RETIRED)]
    room = (COMMENT_LIMIT - len(head)) // max(1, len(changed))
    return "\n".join(
        [head, *("#" + _page(plan, room - 1) for plan in sorted(changed, key=lambda plan: -plan.exit_code))]
    )


def _bold(plan: Plan) -> str:
    words = summary(plan)
    blocked, comma, rest = words.partition(",")
    return f"**{blocked}**{comma}{rest}" if plan.count(BLOCKED) else words


def _page(plan: Plan, limit: int) -> str:
    text = markdown.page(
        f"## Plan: {markdown.text(plan.environment)}",
        f"{_capital(markdown.text(where(plan)))}: {_bold(plan)}.",
        [f"- {markdown.text(note[:NOTE])}" for note in plan.notes[:NOTES]],
        *(_lines(entry) for entry in plan.entries if entry.action != UNCHANGED),
        *_shared(plan),
        _unchanged(plan),
        AGES if any(entry.duration for entry in plan.entries) else "",
    )
    return fit(text, limit, "plan.json", f"\n{_hash(plan)}\n")


def _lines(entry: Entry) -> list[str]:
    time = f" {_capital(entry.duration)}." if entry.duration else ""
    title = f"**{_capital(TITLES[entry.action])}: {markdown.code(entry.table)}.**{time}"
    lines = [f"{title} {HINTS.get(entry.action, '')}".rstrip()]
    for part in parts(entry):
        texts = [f"{mark}{_text(text)}" for mark, text in marked(part)]
        if entry.action == RETIRED and part.numbered:  # wanted once, and shown in every plan
            lines += ["", *markdown.details("How to part with it", texts).split("\n")]
        else:
            lines += ["", part.lead] if part.lead else []
            lines += ["", *(texts if part.numbered or part.bullets else "\n\n".join(texts).split("\n"))]
    return lines


def _text(text: str) -> str:
    """A sentence; a command at its end as code, so that it can be copied."""
    words, colon, command = text.partition(": aws ")
    return f"{markdown.text(words)}: {markdown.code(f'aws {command}')}" if colon else markdown.text(text)


def _shared(plan: Plan) -> list[list[str]]:
    """What happens to what the tables share; the resources of a new stack are those that every stack has."""
    return [
        [
            f"**{_capital(TITLES[entry.action])}, shared by the tables of {markdown.text(entry.service)}: "
            f"{markdown.code(entry.table)}.**",
            *(["", *(f"- {markdown.text(text)}" for text in entry.changes)] if entry.changes else []),
        ]
        for entry in plan.shared[:NOTES]
        if entry.action != UNCHANGED
    ]


def _unchanged(plan: Plan) -> str:
    names = [entry.table for entry in plan.entries if entry.action == UNCHANGED]
    more = f" and {len(names) - FOLDED_NAMES} more" if len(names) > FOLDED_NAMES else ""
    return markdown.details(f"{len(names)} unchanged", markdown.codes(names[:FOLDED_NAMES]) + more) if names else ""


def _hash(plan: Plan) -> str:
    if not plan.exit_code:
        return f"Plan {markdown.code(plan.hash)}: a deployment changes nothing."
    if plan.against != LIVE:
        return (
            f"Plan {markdown.code(plan.hash)}, from the files alone: what runs may differ from them. The plan against the "
            "live tables, made before a deployment, decides."
        )
    return (
        f"Plan {markdown.code(plan.hash)}. An approved deployment executes exactly this plan; if the live tables change "
        "first, it stops and asks again."
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
