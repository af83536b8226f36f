"""SARIF 2.1.0, the form in which GitHub's code scanning takes findings: https://docs.oasis-open.org/sarif/sarif/v2.1.0/."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from scripts.problems import Problem, Rule, printable, sort_problems
from scripts.text.rule_family import section

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(*runs: dict[str, Any]) -> dict[str, Any]:
    """A SARIF document of runs, one for each tool."""
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [*runs]}


def run(name: str, problems: Sequence[Problem], rules: Mapping[str, Rule]) -> dict[str, Any]:
    """The run of a tool. `rules`: at least those of the problems, by id."""
    used = [rules[id] for id in sorted({problem.id for problem in problems})]
    return {
        "tool": {"driver": {"name": name, "rules": [_rule(rule) for rule in used]}},
        "results": [_result(problem) for problem in sort_problems(problems)],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "help": {"text": rule.why or rule.title, "markdown": section(rule)},
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(problem: Problem) -> dict[str, Any]:
    where = f"{printable(problem.path)}: " if problem.path else ""
    place = {
        "artifactLocation": {"uri": PurePath(problem.file).as_posix()},
        "region": {"startLine": max(problem.line, 1), "startColumn": max(problem.column, 1)},
    }
    return {
        "ruleId": problem.id,
        "level": problem.severity,
        "message": {"text": where + printable(" ".join(part for part in (problem.message, problem.fix) if part))},
        "locations": [{"physicalLocation": place}],
    }
