"""What the committed record of a deployment says that was there: all that can be told without access to AWS."""

import json
from pathlib import Path

from scripts.folders import RECORDS
from scripts.input_file import read_text


def recorded_stacks(folder: Path) -> frozenset[str] | None:
    """The stacks of tables that the record in the folder of an environment has as being there; None if there is no usable record."""
    try:
        content = json.loads(read_text(folder / RECORDS[0]))
        tables, retired = content["tables"].values(), content["retired"]
        return frozenset({*(table["stack"] for table in tables if table["stack_id"]), *retired})
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
