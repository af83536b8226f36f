"""What the workflows publish, read as people do on GitHub: a path of a file is a link there, and every link leads somewhere."""

import re
from collections.abc import Iterable, Iterator

from tests.documentation import anchors, links
from tests.github.runner import Run, git

_FENCE = re.compile(r"^ *(```+).*?^ *\1 *$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[[^\]\n]*\]\([^)\n]*\)")
_FILE = re.compile(r"[\w./\\-]*/[\w./\\-]*\.[a-z]+|[A-Z]+\.md")  # whatever looks like the path of a file


def summaries(values: Iterable[object]) -> Iterator[str]:
    """The summaries of all jobs of all runs among the values, or in lists among them."""
    for value in values:
        if isinstance(value, Run):
            yield from (job.summary for job in value.jobs)
        elif isinstance(value, list):
            yield from summaries(value)


def paths_without_link(markdown: str, files: Iterable[str]) -> set[str]:
    """The paths of files of the repository that stand in the text without being links; a code block is a quotation."""
    prose = _LINK.sub("", _FENCE.sub("", markdown))
    named = {found.replace("\\", "").rstrip(".") for found in _FILE.findall(prose)}
    known = set(files)
    return {path for path in named if path in known or f"generated/{path}" in known}


def dead_links(markdown: str, home: str, origin: str) -> list[str]:
    """The links to files of the repository that are not there at the revision of the link, or have no such heading."""
    found = []
    for target in links(markdown):
        page = re.fullmatch(rf"{re.escape(home)}/blob/([^/]+)/([^#]+)(?:#(.+))?", target)
        if page is None:
            if not target.startswith("https://"):
                found.append(target)
            continue
        revision, path, anchor = page.groups()
        try:
            text = git("-C", origin, "show", f"{'main' if revision == 'HEAD' else revision}:{path}")
        except AssertionError:
            found.append(target)
            continue
        line = re.fullmatch(r"L(\d+)", anchor or "")
        there = anchor in anchors(text) if anchor and not line else not line or int(line[1]) <= len(text.splitlines())
        found += [] if there else [target]
    return found
