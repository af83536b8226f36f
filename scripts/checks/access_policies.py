"""Check IAM policies for applications: real actions only, exact ARNs, no wildcard, nothing that a deployment does.

  python -m scripts.checks.access_policies                  every policy under generated/
  python -m scripts.checks.access_policies my-policy.json

Exit codes: 0 no problem, 1 problems, 2 a file could not be read.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scripts.access.arns import placeholders
from scripts.checks.access_rules import policy_problems
from scripts.checks.access_rules.policy_shape import NO_TEMPLATE, PLACEHOLDERS
from scripts.problems import Problem, printable
from scripts.show_problems import show

DEFAULT = "generated/*/*/access/*.json"
TEMPLATE = ".template.json"
CLEAN, FOUND, CANNOT = 0, 1, 2


class Unreadable(Exception):
    """A file that cannot be judged; the message says why and what to do."""


def check_file(path: Path) -> list[Problem]:
    """The problems of one file. Raises Unreadable."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        return check_document(json.loads(text, object_pairs_hook=_no_duplicates), str(path), text)
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror or error}. Name a file that can be read.") from error
    except RecursionError as error:
        raise Unreadable(f"{path}: it is nested too deeply to be a policy. Correct it.") from error
    except ValueError as error:
        raise Unreadable(f"{path}: it is not JSON: {printable(str(error), 200)}. Correct it.") from error


def check_document(document: Any, file: str, text: str = "") -> list[Problem]:
    """The problems of one policy document; `text`: the JSON that it was read from, for lines and columns."""
    found = policy_problems(document, file, text)
    left = placeholders(json.dumps(document))
    if left and not file.endswith(TEMPLATE):
        found.append(PLACEHOLDERS.problem(file, left=", ".join(left)))
    if not left and file.endswith(TEMPLATE):
        found.append(NO_TEMPLATE.problem(file))
    return found


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f'"{twice}" stands twice in one object, and only one of them would count')
    return dict(pairs)


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
    raise SystemExit(main())
