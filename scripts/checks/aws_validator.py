"""Judge templates by AWS's own validator, in this process: schemas, references, and the rules of policies/.

It needs a third of the time of cfn-lint and cfn-guard, so that it judges first, and alone at a commit. `make check` asks the
other two as well: each finds faults that this one does not.
"""

import argparse
import atexit
import contextlib
import functools
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
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
    engine = _engine(_rules(policies))
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # it is native code, which lets another thread run
        return [problem for found in pool.map(lambda file: _judge(engine, file), files) for problem in found]


def load() -> None:
    """Load the validator, which takes half a second, for what this process judges later. What keeps it from loading is raised there."""
    with contextlib.suppress(CannotJudge, CfnGuardMissing, ImportError, OSError):
        _engine(_rules(POLICIES))


def _rules(policies: Path) -> tuple[tuple[str, str], ...]:
    """The name and text of each rule."""
    return tuple((path.name, read_text(path)) for path in (*rule_files(policies), *control_tower_rules()))


_LOADING = threading.Lock()


def _engine(rules: tuple[tuple[str, str], ...]) -> Any:
    """The validator with these rules, loaded once in a process."""
    with _LOADING:
        return _loaded(rules)


@functools.lru_cache(maxsize=1)
def _loaded(rules: tuple[tuple[str, str], ...]) -> Any:
    from cloudformation_validate import CelEngine, EngineConfig, ExternalRuleSource, ValidationError

    sources = [ExternalRuleSource(name=name, content=content) for name, content in rules]
    try:
        return CelEngine(EngineConfig(guard_rules=sources))
    except ValidationError as error:
        raise CannotJudge(f"policies: a rule cannot be read: {error}") from None


atexit.register(_loaded.cache_clear)  # it cannot be told to go when half of the interpreter is gone


def _judge(engine: Any, file: Path) -> list[Problem]:
    from cloudformation_validate import DetailLevel, Severity, TemplateContent, ValidateConfig

    config = ValidateConfig(severity_level=Severity.WARN, detail_level=DetailLevel.STANDARD)
    report = engine.validate_template(TemplateContent(read_text(file)), config)
    return list(dict.fromkeys(_problem(file, diagnostic) for diagnostic in report.diagnostics))


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
