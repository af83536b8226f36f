"""The JSON Schema of the contract, as a second opinion on the form of files in the main dialect.

The rules give the better messages, so the schema speaks only where they were silent about the form.
"""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match

from scripts.contract.dialects import foreign_format
from scripts.contract.findings import Findings
from scripts.contract.limits import NAME
from scripts.contract.rules import RULES
from scripts.problems import printable

SCHEMA_FILE = Path(__file__).parents[2] / "contracts" / "migrationContract.schema.json"
_CLOSED = ("type", "projection")  # fields whose values the schema lists
_MISSPELT = "C208"  # the rules correct a misspelt field in their mind; the schema cannot


def validator() -> Draft7Validator:
    """A validator for the contract in its main dialect."""
    return Draft7Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))


def check_schema(value: Any, findings: Findings) -> None:
    """Report where the schema refuses a value of the main dialect about whose form the rules found nothing."""
    if not isinstance(value, dict) or "tables" not in value or foreign_format(value):
        return
    if any(RULES[finding.rule].form or finding.rule == _MISSPELT for finding in findings):
        return
    schema = validator()
    # A large contract repeats a few shapes thousands of times, and the validator takes 0.1 ms for each attribute:
    # one of each shape is enough to know whether there is anything to report.
    if schema.is_valid(_one_of_each_shape(value)):
        return
    for error in schema.iter_errors(value):
        deepest = best_match([error])
        findings.add("C218", tuple(deepest.absolute_path), reason=printable(deepest.message, 200))


def _one_of_each_shape(value: Any) -> Any:
    """The value without the entries of lists whose shape an earlier entry of a list of that name has."""
    seen: dict[Any, None] = {}

    def abridged(node: Any, name: str) -> Any:
        if isinstance(node, dict):
            return {key: abridged(below, key) for key, below in node.items()}
        if isinstance(node, list):
            kept = [entry for entry in node if not isinstance(entry, dict) or _is_new(seen, name, entry)]
            return [abridged(entry, name) for entry in kept]
        return node

    return abridged(value, "")


def _is_new(seen: dict[Any, None], name: str, entry: dict[str, Any]) -> bool:
    shape = (name, _shape(entry, ""))
    if shape in seen:
        return False
    seen[shape] = None
    return True


def _shape(node: Any, field: str) -> Any:
    """What the schema can tell apart about a value: kinds, lengths, closed lists; equal shapes have equal validity."""
    if isinstance(node, dict):
        return tuple([(key, _shape(below, key)) for key, below in node.items()])
    if isinstance(node, list):
        return ("list", len(node), len(node) == len(set(map(repr, node))), frozenset([_shape(e, field) for e in node]))
    if not isinstance(node, str):
        return (type(node), node)
    if field in _CLOSED:
        return node
    return (len(node) if len(node) < 3 or len(node) > 255 else 3, bool(node.strip()), bool(NAME.fullmatch(node)))
