"""Markdown that fits where GitHub shows it: cut between lines, with a line that says where the rest is."""

import re

COMMENT_LIMIT = 60_000  # characters; GitHub's limit is 65,536, and others write into the same comment
SUMMARY_LIMIT = 200_000  # a step may write 1 MiB, and a character may be four bytes


def fit(text: str, limit: int, rest: str, end: str = "") -> str:
    """`text`, or as many of its lines as fit into `limit` characters and a line that says that the rest is in `rest`.

    `end` comes last in either case, in the same room.
    """
    if len(text) + len(end) <= limit:
        return text + end
    note = f"\n\n**Cut here: it is too long for this place.** All of it: {rest}.\n"
    room = limit - len(note) - len(end) - len("\n```\n</details>") * 2
    kept: list[str] = []
    for line in text.split("\n"):
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    return _closed("\n".join(kept).rstrip()) + note + end


def _closed(text: str) -> str:
    """The text with what is still open at its end closed: a fence of code, folded parts."""
    fence = ""
    for line in text.splitlines():
        if found := re.match(r" {0,3}(`{3,}|~{3,})", line):
            fence = "" if fence and line.strip() == fence else fence or found[1]
    if fence:
        text += f"\n{fence}"
    still_open = text.count("<details>") - text.count("</details>")
    return text + "\n\n</details>" * max(still_open, 0)
