"""A plan as plain values, for JSON. Scripts read it: fields are added, and not renamed."""

from typing import Any

from scripts.planning import LIVE
from scripts.planning.entries import Entry, Plan
from scripts.planning.entry_words import FROM_FILES, summary, unjudged
from scripts.planning.risks import KINDS, count_risks


def to_values(plan: Plan) -> dict[str, Any]:
    """The plan as plain values."""
    return {
        "plan": plan.hash,
        "environment": plan.environment,
        **({"service": plan.service} if plan.service else {}),
        "region": plan.region,
        "account": plan.account,
        "against": plan.against,
        **({"commit": plan.commit} if plan.commit else {}),
        "exit_code": plan.exit_code,
        "summary": summary(plan),
        "risk_counts": {**dict.fromkeys(KINDS, 0), **count_risks(plan.risks)},
        "risks_not_known": unjudged(plan),
        "notes": list(plan.notes),
        **({"duration": plan.duration} if plan.duration else {}),
        "tables": [
            {
                "service": entry.service,
                "table": entry.table,
                **_common(entry),
                "steps": [line.text for line in entry.steps],
                "reasons": [each.text for each in entry.reasons],
                "reason_ids": [each.id for each in entry.reasons],
                "cost": entry.cost,
                "duration": entry.duration,
                "notes": list(entry.notes),
                **_keep(entry),
            }
            for entry in plan.entries
        ],
        "shared": [
            {
                "service": entry.service,
                "stack": entry.table,
                **_common(entry),
                **({"steps": [line.text for line in entry.steps]} if entry.steps else {}),
                "reasons": [r.text for r in entry.reasons],
            }
            for entry in plan.shared
        ],
        **_from_files(plan),
    }


def _from_files(plan: Plan) -> dict[str, Any]:
    """Only of a plan against a revision: what happens to generated files, and what it cannot tell."""
    if plan.against == LIVE:
        return {}
    files = [{"service": entry.service, "file": entry.table, **_common(entry)} for entry in plan.files]
    return {"files": files, "limits": FROM_FILES.format(plan.against)}


def _keep(entry: Entry) -> dict[str, Any]:
    """Only of a table that is to be adopted."""
    kept = entry.keep
    values = kept and {"file": kept.file, "lines": list(kept.lines), "not_kept": list(kept.cannot)}
    return {"keep": values} if values else {}


def _common(entry: Entry) -> dict[str, Any]:
    return {
        "action": entry.action,
        "mechanism": entry.mechanism,
        "risks": [
            {
                "id": risk.id,
                "kind": risk.kind,
                "index": risk.index or None,
                "change": risk.change,
                "effect": risk.effect,
            }
            for risk in entry.risks
        ],
        "changes": [line.text for line in entry.changes],
        "stays": [line.text for line in entry.stays],
    }
