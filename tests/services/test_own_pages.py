"""Every link of every page of this repository leads somewhere: to a file, and in it to a heading."""

import re
import subprocess
from pathlib import Path

import pytest

from scripts.folders import ROOT

pytestmark = pytest.mark.contracts
FENCE = re.compile(r"^( *)(```+|~~~+)[^\n]*\n.*?^ *\2 *$", re.MULTILINE | re.DOTALL)


def _pages() -> list[Path]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.md"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        return sorted(ROOT.glob("docs/**/*.md")) + sorted(ROOT.glob("generated/**/*.md"))
    return [path for name in done.stdout.split("\0")[:-1] if (path := ROOT / name).is_file()]


def _anchors(text: str) -> set[str]:
    """The anchors that GitHub gives to the headings of a page; that a repeated one gets a number is left out here."""
    found = set(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", text))
    for heading in re.findall(r"^#{1,6} +(.+?)(?: +#+)?$", FENCE.sub("", text), re.MULTILINE):
        shown = re.sub(r"\\(.)|`", r"\1", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading))
        found.add(re.sub(r"[^\w\- ]", "", shown.strip().lower()).replace(" ", "-"))
    return found


def test_every_link_leads_somewhere() -> None:
    wrong = []
    texts = {page: page.read_text(encoding="utf-8") for page in _pages()}
    anchors = {page.resolve(): _anchors(text) for page, text in texts.items()}
    for page, text in texts.items():
        prose = re.sub(r"`[^`\n]*`", "``", FENCE.sub("", text))
        for target in re.findall(r"(?<!\\)\]\(<?([^)>\s]+)>?\)", prose):
            name, _, anchor = target.partition("#")
            path = (page.parent / name).resolve() if name else page.resolve()
            known = re.match(r"[a-z]+:", target) or (path.exists() and (not anchor or path not in anchors))
            if not known and re.sub(r"-\d+$", "", anchor) not in anchors.get(path, set()):
                wrong.append(f"{page.relative_to(ROOT)}: {target}")
    assert not wrong, "\n".join(wrong)
