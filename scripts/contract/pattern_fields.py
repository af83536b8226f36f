"""The fields of an access pattern: which ones are read, and what would be lost in others."""

from collections.abc import Mapping, Sequence
from typing import Any

from scripts.contract.lost_shapes import check_shape
from scripts.contract.problem_collector import Path, ProblemCollector, shown
from scripts.contract.rules.form import MISSPELT_FIELD, TWO_STATEMENTS
from scripts.edit import rename
from scripts.problems import did_you_mean, squash

ID = ("pattern_id", "id", "pattern")
TABLE = ("table_name", "table")
INDEX = ("gsi_name", "index_name", "gsi", "index")
RATE = ("design_rps", "requests_per_second", "rps")
_SIZE = ("item_size_bytes",)
_READ = (*ID, *TABLE, *INDEX, *RATE, *_SIZE, "operation", "description", "in_scope")
_NUMBERS = (*RATE, *_SIZE)


def first_stated(entry: Mapping[str, Any], fields: Sequence[str]) -> tuple[str, Any]:
    """The first of these fields that is there, with its value; the usual one and None when none is."""
    return next(((field, entry[field]) for field in fields if entry.get(field) is not None), (fields[0], None))


def check_pattern_fields(raw: Mapping[str, Any], path: Path, problems: ProblemCollector) -> None:
    """Report what an access pattern says twice, what is misspelt, and tables and indexes in fields that nothing reads."""
    for fields in (TABLE, INDEX, RATE):
        one, first = first_stated(raw, fields)
        for other in fields:
            if raw.get(other) not in (None, first):
                facts: dict[str, Any] = {
                    "one": one,
                    "other": other,
                    "first": shown(first, 40),
                    "second": shown(raw[other], 40),
                }
                problems.add(TWO_STATEMENTS, (*path, other), at_key=True, **facts)
    for name in raw.keys() - set(_READ):
        right = _meant(name)
        if right:
            _report(raw, path, name, right, problems)
        else:
            check_shape(name, raw[name], raw, path, "access pattern", problems, False)


def _meant(name: str) -> str | None:
    """The field that a name means which nothing reads."""
    same = (field for field in _READ if squash(field) == squash(name))
    long = [field for field in _READ if len(field) > 4]
    return next(same, None) or (did_you_mean(name, long, cutoff=0.85) if 4 < len(name) < 40 else None)


def _report(raw: Mapping[str, Any], path: Path, name: str, right: str, problems: ProblemCollector) -> None:
    here, value = (*path, name), raw[name]
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    fits = number if right in _NUMBERS else isinstance(value, bool) if right == "in_scope" else isinstance(value, str)
    form = "a number" if right in _NUMBERS else "true or false" if right == "in_scope" else "text"
    there = raw.get(right) is not None
    edits = [rename(here, right)] if fits and not there else []
    hint = f'Rename it to "{right}", and write {form} there.'
    if there:
        hint = f'Keep one of the two: "{right}" is the field that is read.'
    problems.add(MISSPELT_FIELD, here, at_key=True, found=name[:60], right=right, edits=edits, otherwise=hint)
