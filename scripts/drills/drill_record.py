"""What is kept of a drill on this machine: which copy it has made, so that a drill that was stopped goes on, and deletes no other table."""

import json
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scripts.command import Refused
from scripts.drills.restore_source import DrilledTable, RestoreSource
from scripts.files import json_text, write_atomically
from scripts.input_file import read_text

NAME_MAX = 255  # characters of a table's name
FOLDER = Path("build/drill")


@dataclass(frozen=True, slots=True)
class DrillRecord:
    """A drill. `copy`: the name of its copy, with a part that nobody else has. `table_id`: of the copy, once AWS has told it.

    `point`, `role`, `job`: of AWS Backup; empty for point in time. `continued`: it was stopped and begun again. `started`, `moment`: seconds since 1970. `result`: how it ended; empty
    while the copy exists, or may.
    """

    table: str
    copy: str
    source_arn: str
    kind: str
    moment: float
    started: float
    token: str
    point: str = ""
    role: str = ""
    table_id: str = ""
    job: str = ""
    continued: bool = False
    result: Mapping[str, Any] | None = None

    def keep(self, file: Path) -> "DrillRecord":
        """Write it."""
        write_atomically(file, json_text(asdict(self)))
        return self


def file_of(environment: str, table: DrilledTable, account: str) -> Path:
    """Where the drill of a table is kept."""
    return FOLDER / environment / f"{account}-{table.name}.json"


def begun(table: DrilledTable, source: RestoreSource, now: float) -> DrillRecord:
    """The record of a drill that nothing has been asked of AWS for."""
    token = secrets.token_hex(8)
    ending = f"-drill-{time.strftime('%Y%m%d', time.gmtime(now))}-{token}"
    copy = table.name[: NAME_MAX - len(ending)] + ending
    return DrillRecord(
        table.name, copy, table.arn, source.kind, source.moment.timestamp(), now, token, source.point, source.role
    )


def unfinished(file: Path) -> DrillRecord | None:
    """The drill that was begun and not ended; None if there is none. Raises Refused where its record cannot be read."""
    if not file.is_file():
        return None
    try:
        record = DrillRecord(**json.loads(read_text(file)))
    except (ValueError, TypeError) as error:
        raise Refused(
            f"{file} is not a record of a drill ({error}). Look for a table whose name has -drill- in it, then delete the file."
        ) from error
    if not re.fullmatch(r".*-drill-\d{8}-[0-9a-f]{16}", record.copy) or record.copy == record.table:
        raise Refused(f"{file} names the copy {record.copy}, which no drill has made. Delete the file.")
    return None if record.result else record
