"""A plan as Markdown, for a pull request: what needs attention first, and short enough for a comment whatever its size."""

from collections import Counter
from collections.abc import Sequence

from scripts.planning.build_plan import BLOCKED, LIVE, RETIRED, UNCHANGED, Entry, Plan
from scripts.planning.plan_text import AGES, HINTS, TITLES, WORDS, marked, parts, summary, where
from scripts.text import markdown

LIMIT = 58_000  # characters; a comment on GitHub takes 65,536, and others write into the same one
FOLDED_NAMES = 200
NOTES, NOTE = 20, 500  # notes shown, and characters of one


def to_markdown(plan: Plan) -> str:
    """The plan of one environment."""
    return _page(plan, LIMIT)


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
    room = (LIMIT - len(head)) // max(1, len(changed))
    return "\n".join(
        [head, *("#" + _page(plan, room - 1) for plan in sorted(changed, key=lambda plan: -plan.exit_code))]
    )


def _bold(plan: Plan) -> str:
    words = summary(plan)
    blocked, comma, rest = words.partition(",")
    return f"**{blocked}**{comma}{rest}" if plan.count(BLOCKED) else words


def _page(plan: Plan, limit: int) -> str:
    head = [
        f"## Plan: {markdown.text(plan.environment)}",
        f"{_capital(markdown.text(where(plan)))}: {_bold(plan)}.",
        *([f"- {markdown.text(note[:NOTE])}" for note in plan.notes[:NOTES]],),
    ]
    tail = [*_shared(plan), _folded(plan), _ages(plan), _hash(plan)]
    room = limit - len(markdown.page(*head, *tail)) - 300  # for the line about what is left out
    shown, left = [], []
    for entry in (entry for entry in plan.entries if entry.action != UNCHANGED):
        block = None if left else _fitting(entry, room)
        if block is None:
            left.append(entry)
            continue
        room -= len("\n".join(block)) + 2
        shown.append(block)
    return markdown.page(*head, *shown, _left_out(left), *tail)


def _fitting(entry: Entry, room: int) -> list[str] | None:
    """The lines of a table, if need be without the last ones; None where not even the first fits."""
    lines = _lines(entry)
    if sum(map(len, lines)) + len(lines) <= room:
        return lines
    rest = "- More than can be shown here: see plan.json."
    kept, used = [], len(rest) + 20  # and what closes it
    for line in lines:
        used += len(line) + 1
        if used > room:
            break
        kept.append(line)
    if len(kept) < 3:
        return None
    cut_open = sum("<details>" in line for line in kept) > sum("</details>" in line for line in kept)
    return [*kept, "", "</details>", "", rest] if cut_open else [*kept, rest]


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


def _left_out(entries: Sequence[Entry]) -> str:
    if not entries:
        return ""
    counts = Counter(WORDS[entry.action] for entry in entries)
    said = ", ".join(f"{number} {words}" for words, number in counts.items())
    return f"**Not shown here, because there are too many: {said}.** All of them are in plan.json."


def _folded(plan: Plan) -> str:
    names = [entry.table for entry in plan.entries if entry.action == UNCHANGED]
    more = f" and {len(names) - FOLDED_NAMES} more" if len(names) > FOLDED_NAMES else ""
    shown = markdown.codes(names[:FOLDED_NAMES]) if names else ""
    while len(shown) > 10_000:
        names = names[: len(names) // 2]
        shown, more = markdown.codes(names), f" and {plan.count(UNCHANGED) - len(names)} more"
    return markdown.details(f"{plan.count(UNCHANGED)} unchanged", shown + more) if names else ""


def _ages(plan: Plan) -> str:
    return AGES if any(entry.duration for entry in plan.entries) else ""


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
