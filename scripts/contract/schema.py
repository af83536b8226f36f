"""The JSON Schema of the contract, as a second opinion on the form of files in the main dialect.

The rules give the better messages, so the schema speaks only where they were silent about the form.
"""

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from scripts.contract.dialects import foreign_format
from scripts.contract.problem_collector import ProblemCollector
from scripts.contract.rules.form import LOST_SHAPE, MISSPELT_FIELD, SCHEMA_DISAGREES
from scripts.folders import ROOT
from scripts.input_file import read_text
from scripts.problems import printable

if TYPE_CHECKING:
    from jsonschema import Draft7Validator

SCHEMA_FILE = ROOT / "contracts" / "migrationContract.schema.json"


@cache
def validator() -> "Draft7Validator":
    """A validator for the contract in its main dialect, which explains what it refuses."""
    from jsonschema import Draft7Validator

    return Draft7Validator(json.loads(read_text(SCHEMA_FILE)))


@cache
def _quick_validator() -> jsonschema_rs.Draft7Validator:
    return jsonschema_rs.Draft7Validator(json.loads(read_text(SCHEMA_FILE)))


def check_schema(value: Any, problems: ProblemCollector) -> None:
    """Report where the schema refuses a value of the main dialect about whose form the rules found nothing."""
    if not isinstance(value, dict) or "tables" not in value or foreign_format(value):
        return
    if any(rule.form or rule in (MISSPELT_FIELD, LOST_SHAPE) for rule, *_ in problems):
        return
    if _quick_validator().is_valid(value):  # in milliseconds; what is wrong, the other one says better
        return
    from jsonschema.exceptions import best_match

    for error in validator().iter_errors(value):
        deepest = best_match([error])
        problems.add(SCHEMA_DISAGREES, tuple(deepest.absolute_path), reason=printable(deepest.message, 200))
