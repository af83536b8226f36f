"""Judge templates by AWS's own validator, in this process: schemas, references, and the rules of policies/.

It needs a third of the time of cfn-lint and cfn-guard, so that it judges first, and alone at a commit. `make check` asks the
other two as well: each finds faults that this one does not.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from scripts.checks.guard_answers import split_message
from scripts.checks.guard_binary import CfnGuardMissing, control_tower_rules
from scripts.checks.policy_inputs import CannotJudge, find_templates, policy_rule, read_all, read_template, rule_files
from scripts.entry import start
from scripts.input_file import read_text
from scripts.problems import ERROR, NOTE, WARNING, Problem, Rule
from scripts.show_problems import show

POLICIES = Path("policies")
SEVERITIES = {"FATAL": ERROR, "ERROR": ERROR, "WARN": WARNING}
PYTHON = sys.executable
# Where its native code cannot be loaded (Linux needs glibc 2.34).
INSTEAD = (
    (str(Path(PYTHON).parent / "cfn-lint"), "-c", "I", "-t"),
    (PYTHON, "-m", "scripts.checks.policies", "--control-tower", "--skip-tests"),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.checks.aws_validator",
        description=(__doc__ or "").split("\n")[0],
        epilog="Exit codes: 0 no problem, 1 problems, 2 something could not be judged.",
    )
    parser.add_argument("files", metavar="FILE", nargs="*", type=Path, help="templates (default: all under generated/)")
    options = parser.parse_args(argv)
    try:
        found = problems(options.files)
    except (CannotJudge, CfnGuardMissing) as problem:
        print(problem, file=sys.stderr)
        return 2
    except (ImportError, OSError) as error:
        print(f"AWS's validator cannot be loaded here ({error}): cfn-lint and cfn-guard judge instead.", flush=True)
        files = [str(path) for path in find_templates(options.files)]
        return max(min(1, subprocess.run((*command, *files), check=False).returncode) for command in INSTEAD)
    if found:
        show(found, sys.stdout)
    return 1 if found else 0


def problems(paths: Sequence[Path], policies: Path = POLICIES) -> list[Problem]:
    """What the validator finds in templates; no paths: in all of generated/.

    Raises CannotJudge for a file that is no template or a rule that cannot be read, CfnGuardMissing without Control Tower's
    rules, and ImportError or OSError where the validator cannot be loaded.
    """
    files = find_templates(paths)
    read_all(read_template, files)  # no tags, aliases or repeated keys, which the validator would pass over
    judge = _judge([*rule_files(policies), *control_tower_rules()])
    return [problem for file in files for problem in judge(file)]


def _judge(rules: Sequence[Path]) -> Any:
    from cloudformation_validate import (
        CelEngine,
        DetailLevel,
        EngineConfig,
        ExternalRuleSource,
        Severity,
        TemplateContent,
        ValidateConfig,
        ValidationError,
    )

    sources = [ExternalRuleSource(name=path.name, content=read_text(path)) for path in rules]
    try:
        engine = CelEngine(EngineConfig(guard_rules=sources))
    except ValidationError as error:
        raise CannotJudge(f"policies: a rule cannot be read: {error}") from None
    config = ValidateConfig(severity_level=Severity.WARN, detail_level=DetailLevel.STANDARD)

    def judge(file: Path) -> Iterator[Problem]:
        report = engine.validate_template(TemplateContent(read_text(file)), config)
        found = [_problem(file, diagnostic) for diagnostic in report.diagnostics]
        return iter(dict.fromkeys(found))

    return judge


def _problem(file: Path, found: Any) -> Problem:
    resource = found.entity.logical_id if found.entity else ""
    path = "/".join(part for part in (resource, (found.property_path or "").replace(".", "/")) if part)
    line, column = found.start_line or 1, found.start_column or 1
    if found.source.name == "GUARD":
        violation, fix = split_message(found.message)
        return policy_rule(found.rule_id).problem(file, path, line, column, violation=violation, fix=fix)
    fix = found.suggested_fix or (f"See {found.documentation_url}" if found.documentation_url else "")
    rule = Rule(found.rule_id, "", "{found}", "{fix}", "", severity=SEVERITIES.get(found.severity.name, NOTE))
    return rule.problem(file, path, line, column, found=found.message, fix=fix)


if __name__ == "__main__":
    start(main)
