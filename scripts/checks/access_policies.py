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
from scripts.access.policy_rules import problems
from scripts.problems import printable

DEFAULT = "generated/*/*/access/*.json"
TEMPLATE = ".template.json"
CLEAN, FOUND, CANNOT = 0, 1, 2


class Unreadable(Exception):
    """A file that cannot be judged; the message says why and what to do."""


def check_file(path: Path) -> list[str]:
    """The problems of one file, each a sentence that begins with the file's name. Raises Unreadable."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        return check_document(json.loads(text, object_pairs_hook=_no_duplicates), str(path))
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror or error}. Name a file that can be read.") from error
    except RecursionError as error:
        raise Unreadable(f"{path}: it is nested too deeply to be a policy. Correct it.") from error
    except ValueError as error:
        raise Unreadable(f"{path}: it is not JSON: {printable(str(error), 200)}. Correct it.") from error


def check_document(document: Any, file: str) -> list[str]:
    """The problems of one policy document, each a sentence that begins with `file`."""
    found = problems(document)
    left = placeholders(json.dumps(document))
    if left and not file.endswith(TEMPLATE):
        found.append(
            f'it still holds {", ".join(left)}, so it gives nothing. State "account" and "region" of the environment in '
            f"deployment.yaml and run `make generate`, or let its name end in {TEMPLATE}."
        )
    if not left and file.endswith(TEMPLATE):
        found.append("it holds no placeholder any more, so it is no template. Let its name end in .json.")
    return [f"{printable(file)}: {problem}" for problem in found]


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
    found: list[str] = []
    unread: list[str] = []
    for path in files:
        try:
            found += check_file(path)
        except Unreadable as problem:
            unread.append(str(problem))
    for line in found:
        print(line)
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
