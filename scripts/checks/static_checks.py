"""The static checks of the repository, as data: what each looks at, and the command that does it."""

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PYTHON = sys.executable
BIN = Path(PYTHON).parent
CHUNK = 100  # templates for one process: cfn-lint takes a second to start, and then a tenth of one for each

TEMPLATES = "generated/*/*/templates/**/*.yaml"
ACCESS = "generated/*/*/access/*.json"
TEMPLATE = re.compile(r"generated/[^/]+/[^/]+/templates/.+\.yaml")
POLICY = re.compile(r"generated/[^/]+/[^/]+/access/[^/]+\.json")


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what it looks at, and the command, which exits 0 when all is well.

    With `files`, a pattern, the command gets the names of the files in portions, so that every processor has some.
    With `warns`, what it says when it passes is shown too, where there is a warning in it.
    With `judges`, it can look at single files: those of a commit that match.
    `decided_by`: files and folders that decide its verdict on a file, beside the lock file: its code, its configuration.
    `remembers`: the command knows by itself what is clean, and takes --afresh to judge that too.
    `reads_tables`: for a template that the tables of a service share it reads those tables too.
    `programs`: those that are taken from the PATH, where there are any, before the locked ones.
    """

    name: str
    what: str
    command: tuple[str, ...]
    files: str = ""
    judges: re.Pattern[str] | None = None
    warns: bool = False
    decided_by: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    remembers: bool = False
    reads_tables: bool = False

    def judged(self, changed: Sequence[str] | None = None) -> list[str] | None:
        """The files to judge, sorted; None for a check that is about no files. `changed`: the only ones that count."""
        if changed is not None:
            return [file for file in changed if self.judges and self.judges.fullmatch(file)]
        return sorted(map(str, Path().glob(self.files))) if self.files else None

    @property
    def without_files(self) -> tuple[str, ...]:
        """The command where there is no file to judge: it runs all the same, and says itself what it makes of that."""
        return (*self.command, self.files) if self.command[-1] == "-t" else self.command

    def commands(self, files: Sequence[str]) -> list[tuple[tuple[str, ...], list[str]]]:
        """The commands that judge these files, each with its own portion of them."""
        size = min(CHUNK, max(CHUNK // 4, -(-len(files) // (os.cpu_count() or 1))))
        parts = [list(files[start : start + size]) for start in range(0, len(files), size)]
        return [((*self.command, *part), part) for part in parts]


CFN_LINT = (str(BIN / "cfn-lint"), "-c", "I", "-t")
# https://github.com/aws-cloudformation/cfn-lint#config-file
CFN_LINT_DECIDED_BY = tuple(f"{folder}.cfnlintrc{end}" for folder in ("", "~/") for end in ("", ".yaml", ".yml"))
CHECKS = (
    Check(
        "validator", "templates pass AWS's own validator and the policies", (PYTHON, "-m", "scripts.checks.aws_validator"),
        TEMPLATES, TEMPLATE, decided_by=("policies", "scripts"), programs=("cfn-guard",),
    ),
    Check("cfn-lint", "templates are valid CloudFormation", CFN_LINT, TEMPLATES, decided_by=CFN_LINT_DECIDED_BY),
    Check("roles", "the roles that deploy are valid CloudFormation", CFN_LINT, "policies/roles.yaml", decided_by=CFN_LINT_DECIDED_BY),
    Check(
        "policies", "templates keep the policies", (PYTHON, "-m", "scripts.checks.policies", "--control-tower", "--skip-tests"),
        TEMPLATES, decided_by=("policies", "scripts"), programs=("cfn-guard",),
    ),
    Check("policy-tests", "policies pass their own tests", (PYTHON, "-m", "scripts.checks.policies", "--only-tests")),
    Check("generated", "generated files are those of the contracts", (PYTHON, "-m", "scripts.generate", "--check"), warns=True, remembers=True),
    Check("contracts", "contracts can be used", (PYTHON, "-m", "scripts.check_contract"), decided_by=("scripts", "contracts/settings.yaml", "contracts/migrationContract.schema.json")),
    Check("alarms", "alarms and dashboards watch metrics that exist", (PYTHON, "-m", "scripts.checks.alarms"), TEMPLATES, TEMPLATE, decided_by=("scripts",), reads_tables=True),
    Check("access", "IAM policies for applications grant no more than they should", (PYTHON, "-m", "scripts.checks.access_policies"), ACCESS, POLICY, decided_by=("scripts",)),
    Check("ruff", "Python code has no known fault", (str(BIN / "ruff"), "check", "--quiet")),
    Check("format", "Python code is formatted", (str(BIN / "ruff"), "format", "--check", "--quiet")),
    Check("types", "Python code has the types that it declares", (str(BIN / "mypy"), "--no-error-summary")),
    Check("hooks", "the pre-commit configuration is valid", (str(BIN / "pre-commit"), "validate-config")),
    Check("workflows", "workflows and Dependabot's settings have the form that GitHub reads", (PYTHON, "-m", "scripts.checks.workflows")),
    Check("zizmor", "workflows have no known weakness", (str(BIN / "zizmor"), "--persona", "auditor", "--config", ".github/zizmor.yml", "--offline", "--quiet", "--no-progress", ".github")),
)  # fmt: skip
VALIDATOR = CHECKS[0]
# Of a commit. cfn-lint and cfn-guard take three times as long, and judge the same templates in `make check`. The contract was
# read and judged just before, when the hook generated. The validator comes last: it is loaded beside the others.
OF_COMMIT = (*(check for check in CHECKS if check.judges and check is not VALIDATOR), VALIDATOR)
