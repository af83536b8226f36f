"""Judge CloudFormation templates by the rules in policies/ with cfn-guard, after testing the rules themselves.

  python -m scripts.checks.policies                      every template under generated/
  python -m scripts.checks.policies --control-tower x.yaml

Exit codes: 0 no violation, 1 violations or failing rule tests, 2 something could not be judged.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from scripts.checks.guard_answers import CfnGuardFailed
from scripts.checks.guard_binary import CfnGuardMissing
from scripts.checks.policy_inputs import (
    DEFAULT,
    CannotJudge,
)
from scripts.checks.policy_report import PolicyReport, check
from scripts.entry import start
from scripts.show_problems import render_text, source_line

TABLE = "AWS::DynamoDB::Table"
CLEAN, VIOLATED, CANNOT, INTERRUPTED = 0, 1, 2, 130


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def as_text(report: PolicyReport) -> str:
    """Return the report for people: each violation with where, what and the fix; the counts in the last line."""
    lines = [f"rule test failed: {failed}" for failed in report.failed_tests]
    if report.violations:
        lines += [render_text(report.violations, line_of=source_line()), ""]
    bare = [verdict for verdict in report.verdicts if TABLE not in report.types[verdict.file]]
    if bare:
        judges = len(set().union(*(verdict.passed | verdict.failed for verdict in bare)))
        lines += [
            f"{_count(len(bare), 'template')} without a table: {judges} of {_count(len(report.rules), 'rule')} apply"
        ]
    found = _count(len(report.violations), "violation") if report.violations else "no violation"
    tests = f", {_count(report.tests_run, 'rule test')}" if report.tests_run else ""
    tests += f" ({len(report.failed_tests)} failed)" if report.failed_tests else ""
    return "\n".join(
        [*lines, f"{_count(len(report.verdicts), 'template')}, {_count(len(report.rules), 'rule')}{tests}: {found}"]
    )


def as_json(report: PolicyReport) -> str:
    """Return the report for programs, with the rules that looked at each template."""
    templates = [{"file": str(v.file), "rules": sorted(v.passed | v.failed)} for v in report.verdicts]
    violations = [asdict(violation) for violation in report.violations]
    return json.dumps(
        {"templates": templates, "rules": [rule.id for rule in report.rules], "rule_tests": report.tests_run,
         "failed_rule_tests": list(report.failed_tests), "violations": violations}, indent=2,
    )  # fmt: skip


FORMATS = {"text": as_text, "json": as_json}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    about, _, more = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        prog="python -m scripts.checks.policies",
        description=about,
        epilog=more,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "paths", metavar="PATH", nargs="*", type=Path, help=f"templates or folders (default: {DEFAULT})"
    )
    parser.add_argument("--format", choices=FORMATS, default="text")
    parser.add_argument("--control-tower", action="store_true", help="also judge by AWS Control Tower's rules")
    tests = parser.add_mutually_exclusive_group()
    tests.add_argument("--skip-tests", action="store_true", help="do not run the rules' unit tests first")
    tests.add_argument("--only-tests", action="store_true", help="run the rules' unit tests and judge no template")
    options = parser.parse_args(argv)
    try:
        report = check(
            options.paths,
            control_tower=options.control_tower,
            test_rules=not options.skip_tests,
            judge=not options.only_tests,
        )
    except (CannotJudge, CfnGuardMissing, CfnGuardFailed) as problem:
        print(problem, file=sys.stderr)
        return CANNOT
    except KeyboardInterrupt:
        print("Stopped. Nothing was changed; run it again.", file=sys.stderr)
        return INTERRUPTED
    print(FORMATS[options.format](report))
    if options.format != "text" and report.failed_tests:
        print("\n".join(report.failed_tests), file=sys.stderr)
    return VIOLATED if report.violations or report.failed_tests else CLEAN


if __name__ == "__main__":
    start(main)
