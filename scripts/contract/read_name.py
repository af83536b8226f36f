"""Names of tables and indexes: which field has them, why one is refused, and a legal one like it."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from scripts.contract.input_limits import NAME
from scripts.contract.problem_collector import Path, shown
from scripts.contract.rules.dynamodb import ILLEGAL_INDEX_NAME
from scripts.contract.rules.form import TWO_INDEX_NAMES
from scripts.contract.rules.notes import OTHER_NAME_FIELD
from scripts.contract.values import Context, required
from scripts.edit import write
from scripts.problems import Rule, printable
from scripts.text.edit_words import edit_words

_NAMES = ("name", "indexname", "gsiname", "lsiname")


def reject_name(context: Context, rule: Rule, name: str, path: Path) -> None:
    """Report a name that DynamoDB refuses (Developer Guide, Constraints: 3 to 255 of A-Z a-z 0-9 _ . -)."""
    reasons = []
    bad = list(dict.fromkeys(re.findall(r"[^A-Za-z0-9_.-]", name)))
    if bad:
        marks = ", ".join("a space" if mark == " " else shown(mark) for mark in bad[:5])
        reasons.append(f"it holds {marks}" + (", ..." if len(bad) > 5 else ""))
    if not 3 <= len(name) <= 255:
        reasons.append(f"it has {len(name)} character{'' if len(name) == 1 else 's'}")
    shown_only = (one for one in unicodedata.normalize("NFKD", name) if printable(one) == one)
    plain = "".join(one for one in shown_only if not unicodedata.combining(one))
    legal = re.sub(r"[^A-Za-z0-9_.-]+", "-", plain).strip("-")
    kept = all(one.isascii() for one in plain if one.isalnum())  # another name would be told by its letters only
    edits = [write(path, legal)] if bad and kept and NAME.fullmatch(legal) and len(legal) < 60 else []
    hint = f"{edit_words(edits)}, or another name of" if edits else "Choose a name of"
    facts: dict[str, Any] = {"hint": f"{hint} 3 to 255 letters, digits, and _ . -."}
    context.problems.add(rule, path, edits=edits, found=shown(name, 60), reason=" and ".join(reasons), **facts)


def index_name(
    context: Context, raw: Mapping[str, Any], path: Path, corrected: set[str], usual: str, fields: Sequence[str]
) -> tuple[str, Path]:
    """The name of an index ("" when it has none) and its path; it is in the field `usual`, or in one of `fields`."""
    field = next((field for field in (usual, *fields) if raw.get(field) is not None), usual)
    stated = [f for f in (usual, *fields) if isinstance(raw.get(f), str) and raw[f]]
    other = next((f for f in stated if raw[f] != raw[stated[0]]), None)
    if other:
        first, second = shown(raw[stated[0]], 60), shown(raw[other], 60)
        context.problems.add(TWO_INDEX_NAMES, (*path, other), at_key=True, first=first, second=second)
    name = required(
        context, raw, field, path, what="The index", example=f'"{usual}", its name', corrected=corrected, others=_NAMES
    )
    here = (*path, field)
    if field not in (usual, "index_name"):
        context.problems.add(OTHER_NAME_FIELD, here, at_key=True, found=field)
    if name and not NAME.fullmatch(name):
        reject_name(context, ILLEGAL_INDEX_NAME, name, here)
    return name, here
