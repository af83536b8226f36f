"""Records of deployments that git could not merge: no command reads, keeps or replaces one before a person has decided."""

from pathlib import Path, PurePosixPath

from scripts.folders import is_record
from scripts.input_file import read_text
from scripts.text.merge_conflict import merge_conflict


def refuse_unfinished_records(out: Path, service: str | None = None) -> None:
    """Raise ProblemsError if a record under `out`, of all services or of one, holds an unfinished merge.

    Raises NotRegularError for what is no file.
    """
    found = []
    for path in sorted(out.glob("*/*/deployment.*")):
        name = PurePosixPath(path.relative_to(out))
        if is_record(name) and service in (None, name.parts[0]):
            try:
                text = read_text(path, errors="replace")
            except FileNotFoundError:  # another run has replaced or removed it
                continue
            # In Markdown, a line of = is the underlining of a title.
            if conflict := merge_conflict(text, leftovers=path.suffix == ".json"):
                found.append((path, conflict))
    if found:
        from scripts.problems import ProblemsError  # which a run without problems does not need
        from scripts.project.service_rules import UNFINISHED_RECORD

        raise ProblemsError(UNFINISHED_RECORD.problem(path, **conflict._asdict()) for path, conflict in found)
