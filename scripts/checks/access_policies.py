"""Check IAM policies for applications: real actions only, exact ARNs, no wildcard, nothing that a deployment does.

  python -m scripts.checks.access_policies                  every policy under generated/
  python -m scripts.checks.access_policies my-policy.json

Exit codes: 0 no problem, 1 problems, 2 a file could not be read.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.checks.access_files import DEFAULT, TEMPLATE, Unreadable, check_file
from scripts.entry import start
from scripts.problems import Problem
from scripts.show_problems import show

CLEAN, FOUND, CANNOT = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    about, _, more = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        prog="python -m scripts.checks.access_policies",
        description=about,
        epilog=more,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", metavar="FILE", nargs="*", type=Path, help=f"policies (default: {DEFAULT})")
    options = parser.parse_args(argv)
    files = options.files or sorted(Path().glob(DEFAULT))
    if not files:
        print(f"There are no policies: nothing matches {DEFAULT}. `make generate` writes them.")
        return CLEAN
    found: list[Problem] = []
    unread: list[str] = []
    for path in files:
        try:
            found += check_file(path)
        except Unreadable as problem:
            unread.append(str(problem))
    if found:
        show(found, sys.stdout)
        print()
    for line in unread:
        print(line, file=sys.stderr)
    templates = sum(path.name.endswith(TEMPLATE) for path in files)
    print(
        f"{_count(len(files), 'policy', 'policies')}, of which {_count(templates, 'template', 'templates')} to fill in: "
        f"{_count(len(found), 'problem', 'problems')}" + (f", {len(unread)} not readable" if unread else "")
    )
    return CANNOT if unread else FOUND if found else CLEAN


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


if __name__ == "__main__":
    start(main)
