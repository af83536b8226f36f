"""The steps of the demo, each the command that a person would type."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from scripts.folders import CONTRACT

REGION = "us-east-1"  # of a contract without deployment.yaml: on the local AWS one is like another


class DemoSteps:
    """The demo in a working copy, where every step is the command that a person would type."""

    def __init__(self, copy: Path, environment: dict[str, str], console: Console) -> None:
        self._copy = copy
        self._environment = environment
        self._console = console

    def step(self, title: str, *command: str) -> None:
        """Show and run one command in the working copy. Raises CalledProcessError if it fails."""
        self._console.print(f"\n[bold]{title}[/bold]\n[dim]$ {' '.join(command)}[/dim]", highlight=False)
        full = (
            [sys.executable, *command[1:]]
            if command[0] == "python"
            else [str(Path(sys.executable).parent / command[0]), *command[1:]]
        )
        subprocess.run(full, cwd=self._copy, env=self._environment, stdin=subprocess.DEVNULL, check=True)

    def run(self, service: str, environments: Sequence[tuple[str, str | None]]) -> None:
        """All steps. `environments` are pairs of a name and a Region, None where nothing states one."""
        contract, templates = f"contracts/{service}/{CONTRACT}", "generated/*/*/templates/**/*.yaml"
        self.step("1. Read the contract", "python", "-m", "scripts.check_contract", contract)
        self.step("2. Generate templates and pages", "python", "-m", "scripts.generate")
        self.step("3. Lint", "cfn-lint", "-c", "I", "-t", templates)
        self.step("4. Check the policies", "python", "-m", "scripts.checks.policies", "--control-tower")
        for number, (name, region) in enumerate(environments):
            extra = [] if region else ["--region", REGION]
            first = f"{2 * number + 5}. Deploy {name}"
            self.step(first, "python", "-m", "scripts.deploy", "--environment", name, "--yes", *extra)
            report = ["--report", f"validation/{name}"]
            second = f"{2 * number + 6}. Validate {name}"
            self.step(second, "python", "-m", "scripts.validate", "--environment", name, *report, *extra)
