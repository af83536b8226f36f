"""The static checks of the repository, as data: what each looks at, and the command that does it."""

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

PYTHON = sys.executable
BIN = Path(PYTHON).parent
CHUNK = 100  # templates for one process: cfn-lint takes a second to start, and then a tenth of one for each

TEMPLATES = "generated/*/*/templates/**/*.yaml"
TEMPLATE = re.compile(r"generated/[^/]+/[^/]+/templates/.+\.yaml")
POLICY = re.compile(r"generated/[^/]+/[^/]+/access/[^/]+\.json")
CONTRACT = re.compile(r"contracts/[^/]+/migrationContract\.json")


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what it looks at, and the command, which exits 0 when all is well.

    With `files`, a pattern, the command gets the names of the files in portions, so that every processor has some.
    With `warns`, what it says when it passes is shown too, where there is a warning in it.
    With `judges`, it can look at single files: those of a commit that match.
    """

    name: str
    what: str
    command: tuple[str, ...]
    files: str = ""
    judges: re.Pattern[str] | None = None
    warns: bool = False

    def commands(self, changed: Sequence[str] | None = None) -> list[tuple[tuple[str, ...], int]]:
        """The commands to run, each with the number of its files. `changed`: the only files to look at; None: all."""
        if changed is not None:
            found = [file for file in changed if self.judges and self.judges.fullmatch(file)]
        elif not self.files:
            return [(self.command, 0)]
        else:
            # Without any file it runs all the same, and says itself what it makes of that.
            found = sorted(map(str, Path().glob(self.files))) or [self.files]
        size = min(CHUNK, max(CHUNK // 4, -(-len(found) // (os.cpu_count() or 1))))
        parts = [found[start : start + size] for start in range(0, len(found), size)]
        return [((*self.command, *part), len(part)) for part in parts]


CHECKS = (
    Check("cfn-lint", "templates are valid CloudFormation", (str(BIN / "cfn-lint"), "-c", "I", "-t"), TEMPLATES, TEMPLATE),
    Check("roles", "the roles that deploy are valid CloudFormation", (str(BIN / "cfn-lint"), "-c", "I", "-t", "policies/roles.yaml")),
    Check("policies", "templates keep the policies, and the policies their tests", (PYTHON, "-m", "scripts.checks.policies", "--control-tower")),
    Check("generated", "generated files are those of the contracts", (PYTHON, "-m", "scripts.generate", "--check"), warns=True),
    Check("contracts", "contracts can be used", (PYTHON, "-m", "scripts.check_contract"), judges=CONTRACT),
    Check("alarms", "alarms and dashboards watch metrics that exist", (PYTHON, "-m", "scripts.checks.alarms"), TEMPLATES, TEMPLATE),
    Check("access", "IAM policies for applications give nothing too much", (PYTHON, "-m", "scripts.checks.access_policies"), judges=POLICY),
    Check("ruff", "Python code has no known fault", (str(BIN / "ruff"), "check", "--quiet")),
    Check("format", "Python code is formatted", (str(BIN / "ruff"), "format", "--check", "--quiet")),
    Check("types", "Python code keeps to the types that it states", (str(BIN / "mypy"), "--no-error-summary")),
    Check("hooks", "the pre-commit configuration is valid", (str(BIN / "pre-commit"), "validate-config")),
    Check("workflows", "workflows and Dependabot's settings have the form that GitHub reads", (PYTHON, "-m", "scripts.checks.workflows")),
    Check("zizmor", "workflows give nothing away", (str(BIN / "zizmor"), "--offline", "--quiet", "--no-progress", ".github")),
)  # fmt: skip
# Of a commit. The policies' own tests, and all templates, are the business of the commit that changes a policy.
POLICIES = next(check for check in CHECKS if check.name == "policies")
OF_COMMIT = (
    *(check for check in CHECKS if check.judges),  # cfn-lint first: it takes longest
    replace(POLICIES, what="templates keep the policies", command=(*POLICIES.command, "--skip-tests"), judges=TEMPLATE),
)
