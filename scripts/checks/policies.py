"""Judge CloudFormation templates by the rules in policies/ with cfn-guard, after testing the rules themselves.

  python -m scripts.checks.policies                      every template under generated/
  python -m scripts.checks.policies --control-tower x.yaml

Exit codes: 0 no violation, 1 violations or failing rule tests, 2 something could not be judged.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.checks import guard_answers
from scripts.checks.guard_answers import CfnGuardFailed, Verdict, Violation
from scripts.checks.guard_binary import CfnGuardMissing, control_tower_rules
from scripts.checks.policy_inputs import (
    DEFAULT,
    EVERY_RESOURCE,
    CannotJudge,
    GuardRule,
    find_templates,
    read_all,
    read_rule,
    resource_types,
)

POLICIES = Path("policies")
TABLE = "AWS::DynamoDB::Table"
CLEAN, VIOLATED, CANNOT, INTERRUPTED = 0, 1, 2, 130


@dataclass(frozen=True, slots=True)
class PolicyReport:
    """The outcome of a run: failing rule tests, in words, and the verdict on each template."""

    rules: tuple[GuardRule, ...]
    types: dict[Path, frozenset[str]]  # the resource types in each template
    verdicts: tuple[Verdict, ...]
    tests_run: int
    failed_tests: tuple[str, ...]

    @property
    def violations(self) -> list[Violation]:
        """All violations, by file, line and rule."""
        return sorted(violation for verdict in self.verdicts for violation in verdict.violations)


def check(
    paths: Sequence[Path], *, control_tower: bool = False, test_rules: bool = True, folder: Path = POLICIES
) -> PolicyReport:
    """Test the rules in `folder`, judge templates by them, and by AWS Control Tower's if asked.

    Raises CannotJudge, CfnGuardMissing or CfnGuardFailed if anything could not be judged.
    """
    own = read_all(read_rule, sorted(folder.glob("*.guard")))
    if not own:
        raise CannotJudge(f"{folder}: no rules found: run this from the root of the repository")
    types = read_all(resource_types, find_templates(paths))
    tests_run, failed_tests = check_rules(folder, list(own.values())) if test_rules else (0, ())
    rules = [*own.values(), *(read_all(read_rule, control_tower_rules()).values() if control_tower else ())]
    verdicts = guard_answers.validate([rule.path for rule in rules], list(types))
    if unseen := [line for verdict in verdicts for line in _unseen(verdict, types[verdict.file], own.values())]:
        raise CannotJudge("\n".join(unseen))
    return PolicyReport(tuple(rules), types, tuple(verdicts), tests_run, failed_tests)


def check_rules(folder: Path, rules: Sequence[GuardRule]) -> tuple[int, tuple[str, ...]]:
    """Run the rules' unit tests. Return how many ran, and a line for each that failed and each rule that has none."""
    entries = {Path(entry["rule_file"]).name: entry for entry in guard_answers.unit_tests(folder)}
    run, failed = 0, []
    for rule in rules:
        entry = entries.get(rule.path.name, {})
        cases = entry.get("test_cases", [])
        tests = folder / "tests" / f"{rule.path.stem}_tests.yaml"
        if not cases:
            reason = " ".join(str(entry.get("error") or "no test ran").split())
            failed.append(f"{tests}: {reason}; correct it, or the rule {rule.path}")
        for case in cases:
            run += 1
            if not any(passed["name"] == rule.id for passed in case["passed_rules"]):
                wrong = next((one for one in case["failed_rules"] if one["name"] == rule.id), None)
                got = f"expected {wrong['expected']}, got {', '.join(wrong['evaluated'])}" if wrong else "tests nothing"
                failed.append(f"{tests}: {case['name']}: {got}; correct the rule {rule.path}, or the test")
    return run, tuple(failed)


def _unseen(verdict: Verdict, types: frozenset[str], rules: Iterable[GuardRule]) -> list[str]:
    """Return a line for each rule that should have looked at a template and did not: a rule must not pass by silence."""
    return [
        f"{verdict.file}: the rule {rule.id} did not look at it: correct {rule.path}"
        for rule in rules
        if rule.id not in verdict.passed | verdict.failed
        and (EVERY_RESOURCE in rule.reports_on or types & set(rule.reports_on))
    ]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def as_text(report: PolicyReport) -> str:
    """Return the report for people: each violation with where, what and the fix; the counts in the last line."""
    lines = [f"rule test failed: {failed}" for failed in report.failed_tests]
    for one in report.violations:
        lines += [f"{one.file}:{one.line}: {one.resource or 'the template'}: {one.rule}"]
        lines += [f"  at {one.place}"] if one.place else []
        lines += [f"  Violation: {one.violation}", f"  Fix: {one.fix}", ""]
    bare = [verdict for verdict in report.verdicts if TABLE not in report.types[verdict.file]]
    if bare:
        judges = len(set().union(*(verdict.passed | verdict.failed for verdict in bare)))
        lines += [f"{_count(len(bare), 'template')} without a table, which {_count(judges, 'rule')} can judge"]
    found = _count(len(report.violations), "violation") if report.violations else "no violation"
    tests = f", {_count(report.tests_run, 'rule test')}" if report.tests_run else ""
    tests += f" ({len(report.failed_tests)} failed)" if report.failed_tests else ""
    return "\n".join(
        [*lines, f"{_count(len(report.verdicts), 'template')}, {_count(len(report.rules), 'rule')}{tests}: {found}"]
    )


def as_json(report: PolicyReport) -> str:
    """Return the report for programs, with the rules that looked at each template."""
    templates = [{"file": str(v.file), "rules": sorted(v.passed | v.failed)} for v in report.verdicts]
    fields = ("line", "resource", "rule", "violation", "fix", "place")
    violations = [{"file": str(v.file), **{name: getattr(v, name) for name in fields}} for v in report.violations]
    return json.dumps(
        {"templates": templates, "rules": [rule.id for rule in report.rules], "rule_tests": report.tests_run,
         "failed_rule_tests": list(report.failed_tests), "violations": violations}, indent=2,
    )  # fmt: skip


def as_sarif(report: PolicyReport) -> str:
    """Return the report as SARIF 2.1.0, which GitHub shows at the lines of a pull request."""
    results = [
        {
            "ruleId": one.rule,
            "level": "error",
            "message": {"text": f"{one.resource or 'The template'}: {one.violation} Fix: {one.fix}"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": one.file.as_posix()},
                        "region": {"startLine": max(one.line, 1)},
                    }
                }
            ],
        }
        for one in report.violations
    ]
    rules = [{"id": rule.id, "shortDescription": {"text": rule.description}} for rule in report.rules]
    driver = {"name": "check_policies", "rules": rules}
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps(
        {"$schema": schema, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}, indent=2
    )


FORMATS = {"text": as_text, "json": as_json, "sarif": as_sarif}


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
    parser.add_argument("--skip-tests", action="store_true", help="do not run the rules' unit tests first")
    options = parser.parse_args(argv)
    try:
        report = check(options.paths, control_tower=options.control_tower, test_rules=not options.skip_tests)
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
    raise SystemExit(main())
