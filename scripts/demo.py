"""Do the whole job on the local AWS: read a contract, generate, check, deploy by change sets, validate."""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from scripts.local_aws import LocalAws, LocalAwsError
from scripts.problems import ProblemsError
from scripts.project.services import CONTRACT, DEPLOYMENT, SERVICE_NAME, read_services

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "contracts" / "bookshop" / CONTRACT
KEPT = Path("build") / "demo"
POLICIES = "policies"
REGION = "us-east-1"  # of a contract without deployment.yaml: on the local AWS one is like another


class DemoError(Exception):
    """The demo cannot begin: one line that says why and what to do."""


def service_name(contract: Path) -> str:
    """The name of the service that a contract file stands for: its folder's, or its own if it has one of its own."""
    name = contract.resolve().parent.name if contract.name == CONTRACT else contract.stem
    name = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return name if SERVICE_NAME.fullmatch(name) else "service"


class Demo:
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


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; 0 only if the deployed tables match the contract."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.demo",
        description=__doc__,
        epilog="Exit codes: 0 all steps passed, 1 one did not, 130 stopped.",
    )
    parser.add_argument(
        "--contract", type=Path, default=SAMPLE, metavar="FILE", help="default: the bookshop of this repository"
    )
    options = parser.parse_args(argv)
    console = Console(soft_wrap=True)
    start = time.monotonic()
    try:
        kept = _demo(options.contract, console)
    except (DemoError, LocalAwsError) as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(
            f"\nThe demo stopped: this step ended with exit code {error.returncode}, for the reason above.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The local AWS has ended; nothing is left of it.", file=sys.stderr)
        return 130
    console.print(
        f"\n[bold]Done in {time.monotonic() - start:.0f} s.[/bold] Everything ran on the local AWS, which has ended. Read:",
        highlight=False,
    )
    for path in sorted(kept.glob("generated/*/README.md")) + sorted(kept.glob("validation/*/validation.md")):
        console.print(f"  {path}", highlight=False, markup=False)
    return 0


def _demo(contract: Path, console: Console) -> Path:
    """Run the demo in a temporary working copy; keep what it made under build/, also when a step fails."""
    if not contract.is_file():
        raise DemoError(f"{contract}: there is no such file. Name a contract: make demo CONTRACT=path/to/{CONTRACT}")
    service = service_name(contract)
    with tempfile.TemporaryDirectory(prefix="demo-") as temporary:
        copy = Path(temporary)
        folder = copy / "contracts" / service
        folder.mkdir(parents=True)
        shutil.copytree(ROOT / POLICIES, copy / POLICIES)
        shutil.copyfile(contract, folder / CONTRACT)
        if (contract.parent / DEPLOYMENT).is_file():
            shutil.copyfile(contract.parent / DEPLOYMENT, folder / DEPLOYMENT)
        try:
            environments = [(e.name, e.region) for e in read_services(copy / "contracts")[0].environments]
        except ProblemsError:
            environments = []  # the first steps of the demo say what is wrong, in their own words
        with LocalAws.start() as aws:
            console.print(
                f"[bold yellow]This is the local AWS[/bold yellow] at {aws.endpoint_url}: no real account is used.",
                highlight=False,
            )
            clean = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
            path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
            try:
                Demo(copy, {**clean, **aws.environment, "PYTHONPATH": path}, console).run(service, environments)
            finally:
                kept = KEPT / service
                shutil.rmtree(kept, ignore_errors=True)
                shutil.copytree(copy, kept, ignore=shutil.ignore_patterns(POLICIES))
    return kept


if __name__ == "__main__":
    raise SystemExit(main())
