"""Write the pages of docs/ that are made from data: those about the rules, about incidents, and about settings."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.entry import start
from scripts.files import write_atomically
from scripts.monitoring.incidents_page import incidents_page
from scripts.rule_families import families
from scripts.settings.settings_page import settings_page
from scripts.text.rule_family import rules_page

DOCS = Path("docs")


def reference_pages() -> dict[str, str]:
    """The text of each page, by its path below docs/."""
    rules = {f"rules/{family.name}.md": rules_page(family) for family in families()}
    return {**rules, "incidents.md": incidents_page(), "settings.md": settings_page()}


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.reference_pages", description=__doc__, epilog="Exit codes: 0 written, 1 not."
    )
    parser.add_argument("--out", type=Path, default=DOCS, metavar="DIR", help=f"default: {DOCS}")
    options = parser.parse_args(argv)
    try:
        for name, page in reference_pages().items():
            write_atomically(options.out / name, page)
    except OSError as error:
        print(f"Cannot write {error.filename}: {error.strerror}. Check the path.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    start(main)
