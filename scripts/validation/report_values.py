"""The report as plain values: validation.json. Its schema is contracts/validation.schema.json."""

from typing import Any

from scripts.comparison import finding_words
from scripts.comparison.compare import MATCH, MISMATCH, UNKNOWN, Finding
from scripts.validation.fix import Fix
from scripts.validation.report import Report, TableReport

SCHEMA = "contracts/validation.schema.json"


def to_json(report: Report) -> dict[str, Any]:
    """The report as plain values: every check, the matching ones too."""
    return {
        "environment": report.environment,
        "region": report.region,
        "account": report.account,
        "time": report.time,
        "commit": report.commit,
        "plan": report.plan,
        "run_url": report.run_url,
        "verdict": report.verdict,
        "exit_code": report.exit_code,
        "counts": {outcome: report.count(outcome) for outcome in (MATCH, MISMATCH, UNKNOWN)},
        "tables": [_table(table) for table in report.tables],
        "never_deployed": {each.service: f"{each.sentence} {each.command}" for each in report.never},
        "retired": [{"service": service, "table": table} for service, table in report.retired],
        "retired_unknown": [{"service": service, "reason": reason} for service, reason in report.retired_unknown],
    }


def _table(table: TableReport) -> dict[str, Any]:
    causes = table.causes or ("",) * len(table.findings)
    return {
        "service": table.service,
        "table": table.table,
        "name": table.name,
        "stack": table.stack,
        "shared": table.shared,
        "counts": {outcome: table.count(outcome) for outcome in (MATCH, MISMATCH, UNKNOWN)},
        "checks": [_check(*parts) for parts in zip(table.findings, table.fixes, causes, strict=True)],
        "access_patterns": [
            {
                "id": pattern.id,
                "description": pattern.description,
                "operation": pattern.operation,
                "served_by": pattern.by,
                "probe": pattern.probe,
                "reason": pattern.reason,
            }
            for pattern in table.patterns
        ],
        "notes": list(table.notes),
    }


def _check(finding: Finding, fix: Fix | None, cause: str) -> dict[str, Any]:
    value: dict[str, Any] = {
        "group": finding.group,
        "subject": finding.subject,
        "property": finding.property,
        "outcome": finding.outcome,
    }
    if fix:
        unknown = finding.outcome == UNKNOWN
        desired, live = (
            (finding_words.shown(finding.property, finding.desired), None) if unknown else finding_words.both(finding)
        )
        value |= {
            "desired": desired,
            "live": live,
            "message": finding_words.sentence(finding),
            "fix": fix.line,
        }
        if finding.outcome == UNKNOWN:
            value["settling"] = finding.in_progress
        if cause:
            value["cause"] = cause
    return value
