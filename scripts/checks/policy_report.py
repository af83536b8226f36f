"""Judge templates by the policies, after testing the policies themselves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.checks import guard_answers
from scripts.checks.guard_answers import Verdict
from scripts.checks.guard_binary import control_tower_rules
from scripts.checks.policy_inputs import (
    EVERY_RESOURCE,
    CannotJudge,
    GuardRule,
    find_templates,
    read_all,
    read_rule,
    resource_types,
    rule_files,
)
from scripts.problems import Problem, sort_problems

POLICIES = Path("policies")


@dataclass(frozen=True, slots=True)
class PolicyReport:
    """The outcome of a run: failing rule tests, in words, and the verdict on each template."""

    rules: tuple[GuardRule, ...]
    types: dict[Path, frozenset[str]]  # the resource types in each template
    verdicts: tuple[Verdict, ...]
    tests_run: int
    failed_tests: tuple[str, ...]

    @property
    def violations(self) -> list[Problem]:
        """All violations, by file, line and rule."""
        return sort_problems(violation for verdict in self.verdicts for violation in verdict.violations)


def check(
    paths: Sequence[Path],
    *,
    control_tower: bool = False,
    test_rules: bool = True,
    judge: bool = True,
    folder: Path = POLICIES,
) -> PolicyReport:
    """Test the rules in `folder`, judge templates by them, and by AWS Control Tower's if asked.

    Without `judge` no template is looked at.

    Raises CannotJudge, CfnGuardMissing or CfnGuardFailed if anything could not be judged.
    """
    own = read_all(read_rule, rule_files(folder))
    if not own:
        raise CannotJudge(f"{folder}: no rules found: run this from the root of the repository")
    _refuse_repeated(own.values())
    types = read_all(resource_types, find_templates(paths) if judge else [])
    tests_run, failed_tests = check_rules(folder, list(own.values())) if test_rules else (0, ())
    rules = [*own.values(), *(read_all(read_rule, control_tower_rules()).values() if control_tower else ())]
    verdicts = guard_answers.validate([rule.path for rule in rules], list(types)) if types else []
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
        tests = rule.path.parent / "tests" / f"{rule.path.stem}_tests.yaml"
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


def _refuse_repeated(rules: Iterable[GuardRule]) -> None:
    """Raise CannotJudge if two rules have one id, or files of one name: neither violations nor tests would say which."""
    known: dict[str, Path] = {}
    for rule in rules:
        for what, name in (("id", rule.id), ("file name", rule.path.name)):
            if other := known.get(f"{what} {name}"):
                raise CannotJudge(f"{rule.path}: {other} has the {what} {name} as well: choose another {what}")
            known[f"{what} {name}"] = rule.path


def _unseen(verdict: Verdict, types: frozenset[str], rules: Iterable[GuardRule]) -> list[str]:
    """Return a line for each rule that should have looked at a template and did not: a rule must not pass by silence."""
    return [
        f"{verdict.file}: the rule {rule.id} did not look at it: correct {rule.path}"
        for rule in rules
        if rule.id not in verdict.passed | verdict.failed
        and (EVERY_RESOURCE in rule.reports_on or types & set(rule.reports_on))
    ]
