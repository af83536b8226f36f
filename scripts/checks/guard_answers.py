"""Run cfn-guard over templates or over the rules' own tests, and read what it answers."""

import functools
import json
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.checks import guard_binary
from scripts.checks.policy_inputs import policy_rule
from scripts.problems import Problem, Rule, sort_problems

_SEE = "See the scenarios of the rule {}."
SUCCEEDED, VIOLATED, RULES_BROKEN = 0, 19, 5  # exit codes of `cfn-guard validate`, version 3


class CfnGuardFailed(Exception):
    """cfn-guard ran and could not do its work. The text is one line with what it said."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules said of one template. A rule in neither set was not applicable to it."""

    file: Path
    passed: frozenset[str]
    failed: frozenset[str]
    violations: tuple[Problem, ...]


def validate(rules: Sequence[Path], templates: Sequence[Path]) -> list[Verdict]:
    """Judge templates by rule files and return one verdict for each template, in their order.

    The templates are divided among as many cfn-guard processes as there are processors. Every template must exist and
    be readable YAML or JSON: Guard gives up on all of them when one is not. Raises CfnGuardFailed, guard_binary.CfnGuardMissing.
    """
    paths = [path.resolve() for path in templates]
    processes = max(1, min(os.cpu_count() or 1, len(paths) // 8))
    batches = [paths[start::processes] for start in range(processes)]
    with ThreadPoolExecutor(processes) as pool:
        answers = pool.map(functools.partial(_validate_batch, rules), batches)
        records = {Path(record["name"]): record for batch in answers for record in batch}
    if missing := [path for path in paths if path not in records]:
        raise CfnGuardFailed(f"cfn-guard gave no answer for {missing[0]}; run it by hand to see why")
    return [_verdict(template, records[path]) for template, path in zip(templates, paths, strict=True)]


def unit_tests(folder: Path) -> list[dict[str, Any]]:
    """Run `cfn-guard test` over a folder of rules and return its report: one entry for each rule file.

    An entry has `rule_file` and `test_cases`, each with `name`, `passed_rules`, `failed_rules` and `skipped_rules`; or
    `rule_file` and `error`. Raises CfnGuardFailed, guard_binary.CfnGuardMissing.
    """
    done = _run("test", "--dir", str(folder), "--output-format", "json")
    return _json(done)


def _validate_batch(rules: Sequence[Path], templates: Sequence[Path]) -> list[dict[str, Any]]:
    arguments = ["--structured", "--output-format", "json", "--show-summary", "none"]
    done = _run("validate", *arguments, "--rules", *map(str, rules), "--data", *map(str, templates))
    if done.returncode in (SUCCEEDED, VIOLATED) and not done.stderr.strip():
        return _json(done)
    # Guard leaves out a rule file that does not parse and goes on; for a template that it cannot judge it stops at once,
    # often without naming it. Alone, the template that it stops at is known.
    said = _one_line(done.stderr) or f"cfn-guard ended with exit code {done.returncode}"
    if done.returncode == RULES_BROKEN:
        raise CfnGuardFailed(f"a rule cannot be read: {said}")
    if len(templates) == 1:
        raise CfnGuardFailed(f"{templates[0]} cannot be judged: {said}; look for a value of the wrong kind")
    return [record for template in templates for record in _validate_batch(rules, [template])]


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = str(guard_binary.binary())
    try:
        return subprocess.run([program, *arguments], capture_output=True, text=True, encoding="utf-8", check=False)
    except OSError as error:
        raise CfnGuardFailed(f"{program} could not be started: {error.strerror}; {guard_binary.INSTALL}") from None


def _json(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise CfnGuardFailed(_one_line(done.stderr) or "cfn-guard gave no JSON; is it version 3.1?") from None


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]


def _verdict(file: Path, record: dict[str, Any]) -> Verdict:
    violations: set[Problem] = set()
    failed = frozenset(entry["Rule"]["name"] for entry in record["not_compliant"])
    for entry in record["not_compliant"]:
        rule = policy_rule(entry["Rule"]["name"])
        unplaced = rule.problem(file, violation="The rule is violated.", fix=_SEE.format(rule.id))
        violations |= set(_violations(file, rule, entry["Rule"]["checks"])) or {unplaced}
    return Verdict(file, frozenset(record["compliant"]) - failed, failed, tuple(sort_problems(violations)))


def _violations(file: Path, rule: Rule, checks: Any) -> Iterator[Problem]:
    """Yield a violation for each failed clause that has a message; of a resource that has none, the clauses without.

    Guard also reports the clauses by which a rule only found its way, and those have no message.
    """
    found = [(*_place(clause), message, clause) for clause, message in _clauses(checks)]
    explained = {resource for resource, _, _, message, _ in found if message}
    for resource, place, line, message, clause in found:
        path = "/".join(part for part in (resource, place) if part)
        if message:
            violation, fix = split_message(message)
            yield rule.problem(file, path, line, violation=violation, fix=fix)
        elif resource not in explained:
            error = _one_line(clause["messages"]["error_message"])
            absent = re.search(r"property \[([^\]]+)\].* is missing", error)
            reason = f"{absent[1]} is missing." if absent else error
            yield rule.problem(file, path, line, violation=reason, fix=_SEE.format(rule.id))


def _clauses(node: Any, message: str = "") -> Iterator[tuple[dict[str, Any], str]]:
    """Yield every failed clause in a part of Guard's report, with its own message or that of the rule around it."""
    if isinstance(node, list):
        for item in node:
            yield from _clauses(item, message)
    elif isinstance(node, dict):
        messages = node.get("messages") or {}
        message = messages.get("custom_message") or message
        if messages.get("error_message"):
            yield node, message
        else:
            for item in node.values():
                yield from _clauses(item, message)


def _place(clause: dict[str, Any]) -> tuple[str, str, int]:
    """Return the logical id, the path inside the resource with the value found there, and the line."""
    path, value = next(_found({name: part for name, part in clause.items() if name != "messages"}), ("", None))
    line = re.search(re.escape(path) + r"\[L:(\d+),", clause["messages"]["error_message"])  # counted from 0
    parts = _one_line(path).strip("/").split("/")
    resource = parts[1] if parts[0] == "Resources" and len(parts) > 1 else ""
    place = "/".join(parts[2:] if resource else parts)
    if place and isinstance(value, str):
        place += f" = {_one_line(value)}"
    return resource, place, int(line[1]) + 1 if path and line else 1


def _found(node: Any) -> Iterator[tuple[str, Any]]:
    """Yield the places of the template that a clause looked at, each with its value. The rule's own values have no path."""
    if isinstance(node, dict):
        if str(node.get("path", "")).startswith("/"):
            yield node["path"], node.get("value")
        else:
            for item in node.values():
                yield from _found(item)


def split_message(message: str) -> tuple[str, str]:
    """Split a rule's message into what is wrong and what to do, in the wording of this project or of Control Tower."""
    text = re.sub(r"\s*;\s{2,}|\s+", " ", message).strip(" ;")
    violation, _, fix = re.sub(r"\[FIX\]:", "Fix:", text).partition("Fix:")
    return violation.removeprefix("Violation:").strip(" ;"), fix.strip(" ;")
