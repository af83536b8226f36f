"""A comment that is written once and then kept up to date. It is known by its author and by the marker that it begins with."""

from typing import Any

from scripts.github import gh
from scripts.text.github_limits import COMMENT_LIMIT, fit


def marker(kind: str) -> str:
    """The first line of a comment of ours, which nobody sees. Only the very beginning counts: text further down can hold it."""
    return f"<!-- dynamodb-tables: {kind} -->\n"


def note(repository: str, number: int, kind: str, text: str) -> None:
    """Put a note on top of the comment of a kind, if there is one and it does not have the note yet."""
    for comment in _ours(repository, number, kind)[:1]:
        old = comment["body"].replace("\r\n", "\n")
        if text not in old:
            body = marker(kind) + fit(f"{text}\n\n{old.removeprefix(marker(kind))}", COMMENT_LIMIT, "the run")
            gh.api("PATCH", f"repos/{repository}/issues/comments/{comment['id']}", {"body": body})


def _ours(repository: str, number: int, kind: str) -> list[dict[str, Any]]:
    return [
        comment
        for comment in gh.pages(f"repos/{repository}/issues/{number}/comments")
        if comment["user"]["login"] == gh.BOT and comment["body"].replace("\r\n", "\n").startswith(marker(kind))
    ]


def upsert(repository: str, number: int, kind: str, markdown: str, rest: str) -> str:
    """Write or update the comment of a kind on a pull request or issue; what was done. `rest`: where all of it can be read."""
    body = marker(kind) + fit(markdown, COMMENT_LIMIT, rest)
    ours = _ours(repository, number, kind)
    if not ours:
        gh.api("POST", f"repos/{repository}/issues/{number}/comments", {"body": body})
        return "written"
    if ours[0]["body"] == body:
        return "up to date"
    gh.api("PATCH", f"repos/{repository}/issues/comments/{ours[0]['id']}", {"body": body})
    return "updated"
