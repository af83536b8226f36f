"""Markdown that fits where GitHub shows it: cut between blocks, never inside one, with a line that says where the rest is."""

import re

COMMENT_LIMIT = 60_000  # GitHub's is 65,536 characters; the rest is for what is added around
SUMMARY_LIMIT = 200_000  # a step may write 1 MiB, and a character may be four bytes


def fit(text: str, limit: int, rest: str) -> str:
    """`text`, or as many of its blocks as fit into `limit` characters and a line that says that the rest is in `rest`."""
    if len(text) <= limit:
        return text
    note = f"\n\n**Cut here: it is too long for this place.** All of it: {rest}.\n"
    room = limit - len(note) - len("\n```\n</details>") * 2
    kept: list[str] = []
    used = 0
    for block in text.split("\n\n"):
        used += len(block) + 2
        if used > room:
            break
        kept.append(block)
    return _closed("\n\n".join(kept)) + note


def _closed(text: str) -> str:
    """The text with what is still open at its end closed: a fence of code, folded parts."""
    fence = ""
    for line in text.splitlines():
        if found := re.match(r" {0,3}(`{3,}|~{3,})", line):
            fence = "" if fence and line.strip() == fence else fence or found[1]
    if fence:
        text += f"\n{fence}"
    still_open = len(re.findall(r"<details>", text)) - len(re.findall(r"</details>", text))
    return text + "\n</details>" * max(still_open, 0)
