"""Records that are none: those that git could not merge, which wait for a person, and those of an AWS on this machine."""

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from scripts.folders import LOCAL_RECORDS, is_loopback, is_record
from scripts.input_file import read_text
from scripts.text.merge_conflict import merge_conflict

if TYPE_CHECKING:
    from scripts.problems import Problem

ON_AWS = '"endpoint": null'  # as it stands in a record of AWS


def refuse_unusable_records(out: Path, service: str | None = None) -> None:
    """Raise ProblemsError if a record under `out`, of all services or of one, holds an unfinished merge, or is of a local AWS.

    Raises NotRegularError for what is no file.
    """
    found: list[Problem] = []
    for path in sorted(out.glob("*/*/deployment.*")):
        name = PurePosixPath(path.relative_to(out))
        if is_record(name) and service in (None, name.parts[0]):
            try:
                text = read_text(path, errors="replace")
            except FileNotFoundError:  # another run has replaced or removed it
                continue
            found += _problems(path, text)
    if found:
        from scripts.problems import ProblemsError  # which a run without problems does not need

        raise ProblemsError(found)


def _problems(path: Path, text: str) -> "Iterator[Problem]":
    # In Markdown, a line of = is the underlining of a title.
    if conflict := merge_conflict(text, leftovers=path.suffix == ".json"):
        from scripts.project.service_rules import UNFINISHED_RECORD

        yield UNFINISHED_RECORD.problem(path, **conflict._asdict())
    elif path.suffix == ".json" and ON_AWS not in text and (endpoint := _local(text)):
        from scripts.project.service_rules import LOCAL_RECORD

        yield LOCAL_RECORD.problem(
            path,
            "endpoint",
            1 + text[: text.find('"endpoint"')].count("\n"),
            endpoint=json.dumps(endpoint),
            record=path,
            page=path.with_suffix(".md"),
            folder=LOCAL_RECORDS,
        )


def _local(text: str) -> str:
    """Where the record was made, if that was on this machine; else empty."""
    try:
        endpoint = json.loads(text)["endpoint"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return endpoint if isinstance(endpoint, str) and is_loopback(endpoint) else ""
