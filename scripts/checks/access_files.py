"""Read files with IAM policies for applications, and judge them."""

import json
from pathlib import Path
from typing import Any

from scripts.access.arns import placeholders
from scripts.checks.access_rules import policy_problems
from scripts.checks.access_rules.policy_shape import NO_TEMPLATE, PLACEHOLDERS
from scripts.input_file import read_text
from scripts.problems import Problem, printable

DEFAULT = "generated/*/*/access/*.json"
TEMPLATE = ".template.json"


class Unreadable(Exception):
    """A file that cannot be judged; the message says why and what to do."""


def check_file(path: Path) -> list[Problem]:
    """The problems of one file. Raises Unreadable."""
    try:
        text = read_text(path, "utf-8-sig")
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
