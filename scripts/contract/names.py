"""Names of tables and indexes: why one is refused, and a legal one like it."""

import re

from scripts.contract.findings import Path, shown
from scripts.contract.limits import NAME
from scripts.contract.values import Context


def reject_name(context: Context, rule: str, name: str, path: Path) -> None:
    """Report a name that DynamoDB refuses (Developer Guide, Constraints: 3 to 255 of A-Z a-z 0-9 _ . -)."""
    reasons = []
    bad = list(dict.fromkeys(re.findall(r"[^A-Za-z0-9_.-]", name)))
    if bad:
        marks = ", ".join("a space" if mark == " " else shown(mark) for mark in bad[:5])
        reasons.append(f"it holds {marks}" + (", ..." if len(bad) > 5 else ""))
    if not 3 <= len(name) <= 255:
        reasons.append(f"it has {len(name)} character{'' if len(name) == 1 else 's'}")
    legal = re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-")
    example = f', such as "{legal}"' if bad and NAME.fullmatch(legal) and len(legal) < 60 else ""
    context.findings.add(rule, path, found=shown(name, 60), reason=" and ".join(reasons), example=example)
