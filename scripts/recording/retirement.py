"""Records of services in environments that no deployment.yaml names any more: they say since when, and lead nowhere that is gone."""

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from scripts.files import json_text, write_atomically
from scripts.recording.record_environment import JSON, MARKDOWN
from scripts.recording.record_files import read_record
from scripts.recording.record_page import to_markdown


def mark(folders: Collection[Path], write: bool = True) -> list[Path]:
    """Write the day, of UTC, into the records in these folders, or take it out of those that have it; returns the pages that change.

    A record of another form is left alone. `write`: else nothing is written. Raises OSError.
    """
    today = datetime.now(UTC).strftime("%Y-%m-%d")
    changed = []
    for folder in folders:
        content = read_record(folder / JSON)
        if content is None:
            continue
        if "retired_on" in content:
            del content["retired_on"]
        else:
            content["retired_on"] = today
        if write:
            write_atomically(folder / JSON, json_text(content))
            write_atomically(folder / MARKDOWN, to_markdown(content))
        changed.append(folder / MARKDOWN)
    return changed
