"""Which part of each policy and dashboard a table is in: `generated/<service>/<environment>/parts.txt`, read and written.

The file is what the next run keeps to, so that no table changes its part without need. A line is about one table, and names only
the parts that are not the first: `prod-Orders dashboard=3 read-only=2`. A table without one is in the first parts, if it has a
template; else it is new. Without a line there is no file: most services have one part of everything. What is no such line is
passed over, so that a conflict in this file, as in every generated one, is resolved by generating.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from scripts.folders import TABLES
from scripts.input_file import read_text
from scripts.parts import Parts

FILE = "parts.txt"
DASHBOARD = "dashboard"
KeptParts = Mapping[str, Mapping[str, int]]  # the name of a table in AWS to its parts other than 1, by what has parts
NOTHING_KEPT: KeptParts = MappingProxyType({})
_LINE = re.compile(r"([\w.-]+)((?: [a-z-]+=[1-9][0-9]{0,8})*)")
_HEAD = (
    "# Which tables are in another part of a policy (access/) or dashboard (templates/) than the first.",
    "# Kept by `make generate`, so that tables stay where they are.",
)


def read_kept_parts(folder: Path, stems: Mapping[str, str]) -> KeptParts:
    """What is kept for an environment of a service: of each of its tables that has been generated there.

    `folder`: the environment's, below `generated/`; `stems`: the names of the templates, without ending, by those of the
    tables in AWS. Raises OSError.
    """
    templates = folder / "templates" / TABLES
    there = {path.stem for path in templates.iterdir()} if templates.is_dir() else set()
    lines = dict(kept_lines(read_text(file, errors="replace"))) if (file := folder / FILE).is_file() else {}
    return {table: lines.get(table, {}) for table, stem in stems.items() if stem in there}


def of_family(kept: KeptParts, family: str) -> dict[str, int]:
    """The part of a policy or of the dashboards that each table is in, by the table's name."""
    return {name: parts.get(family, 1) for name, parts in kept.items()}


def kept_text(families: Mapping[str, Parts]) -> str:
    """The content of the file; empty: there is none. `families`: the parts of everything that has any."""
    found: dict[str, list[str]] = {}
    for family, parts in sorted(families.items()):
        for number, members in parts.items():
            for name in members if number != 1 else ():
                found.setdefault(name, []).append(f" {family}={number}")
    lines = [f"{name}{''.join(parts)}" for name, parts in sorted(found.items())]
    return "\n".join([*_HEAD, *lines, ""]) if lines else ""


def kept_lines(text: str) -> Iterator[tuple[str, dict[str, int]]]:
    """What such a content says: each table, and its parts other than 1."""
    for line in text.splitlines():
        if match := _LINE.fullmatch(line):
            pairs = (part.split("=") for part in match[2].split())
            yield match[1], {family: int(number) for family, number in pairs}
