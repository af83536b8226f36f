"""Which pull request a commit of the main branch came from."""

import re
import time
from collections.abc import Callable

from scripts.github import gh

# After a squash merge GitHub answers 404 or 422 to this question for some seconds.
PAUSES = (2, 4, 8, 16)  # seconds
NOT_YET = (0, 404, 409, 422, 500, 502, 503)


def pull_request_of(repository: str, sha: str, pause: Callable[[float], None] = time.sleep) -> int | None:
    """The number of the merged pull request; None for a commit that was pushed without one. Raises gh.GhError.

    Asks for the commit, again and again for half a minute, then takes the `(#N)` that GitHub puts at the end of the title.
    """
    title = ""
    for seconds in (*PAUSES, None):
        try:
            for found in gh.api("GET", f"repos/{repository}/commits/{sha}/pulls"):
                if found.get("merged_at"):
                    return int(found["number"])
            title = title or gh.api("GET", f"repos/{repository}/commits/{sha}")["commit"]["message"].split("\n")[0]
            if not _number(title):
                return None
        except gh.GhError as error:
            if error.status not in NOT_YET:
                raise
        if seconds is not None:
            pause(seconds)
    title = title or gh.api("GET", f"repos/{repository}/commits/{sha}")["commit"]["message"].split("\n")[0]
    number = _number(title)
    if number is None:
        return None
    # Anybody can write a title: the number counts only for a pull request that was merged.
    return number if gh.api("GET", f"repos/{repository}/pulls/{number}").get("merged_at") else None


def _number(title: str) -> int | None:
    found = re.search(r"\(#(\d{1,9})\)\s*$", title) or re.match(r"Merge pull request #(\d{1,9}) ", title)
    return int(found[1]) if found else None
