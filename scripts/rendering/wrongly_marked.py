"""Which records do not say what is: that their environment is retired, or that it is not."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from scripts.folders import RECORDS, SERVICE_PAGE, is_record
from scripts.input_file import read_text

MARK = '"retired_on": '  # as it stands in a record


def wrongly_marked(out: Path, service: str | None = None) -> Iterator[Path]:
    """The folders of records under `out`, which is up to date with the contracts, whose mark is missing or too much.

    An environment that is wanted has a page in its folder. Raises OSError.
    """
    for path in sorted(out.glob(f"{service or '*'}/*/{RECORDS[0]}")):
        if is_record(PurePosixPath(path.relative_to(out))):
            retired = not (path.parent / SERVICE_PAGE).is_file()
            if retired != (MARK in read_text(path, errors="replace")):
                yield path.parent
