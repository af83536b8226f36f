"""Write the pages about the rules into docs/rules/, from the rules themselves, and beside it the page about incidents."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.entry import start
from scripts.files import write_atomically
from scripts.monitoring.incidents_page import incidents_page
from scripts.rule_families import families
from scripts.text.rule_family import rules_page

FOLDER, INCIDENTS = Path("docs/rules"), "incidents.md"


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.rule_pages", description=__doc__, epilog="Exit codes: 0 written, 1 not."
    )
    parser.add_argument("--out", type=Path, default=FOLDER, metavar="DIR", help=f"default: {FOLDER}")
    options = parser.parse_args(argv)
    try:
        for family in families():
            write_atomically(options.out / f"{family.name}.md", rules_page(family))
        write_atomically(options.out.parent / INCIDENTS, incidents_page())
    except OSError as error:
        print(f"Cannot write {error.filename}: {error.strerror}. Check the path.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    start(main)
