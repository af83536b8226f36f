"""The working copy of the demo, the local AWS that it runs on, and what is kept of it."""

import os
import re
import shutil
import tempfile
from pathlib import Path

from rich.console import Console

from scripts.command import Refused
from scripts.demo.demo_steps import DemoSteps
from scripts.folders import CONTRACT, CONTRACTS, DEPLOYMENT, NO_SERVICE_YET, ROOT
from scripts.input_file import read_bytes
from scripts.local_aws import LocalAws
from scripts.problems import ProblemsError
from scripts.project.services import SERVICE_NAME, read_services

SAMPLE = "bookshop"
KEPT = Path("build") / "demo"
POLICIES = "policies"


def default_contract(contracts: Path = ROOT / CONTRACTS) -> Path:
    """The contract of the sample; where it was removed, the first of the repository's own. Raises Refused for none."""
    sample = contracts / SAMPLE / CONTRACT
    found = [sample] if sample.is_file() else sorted(contracts.glob(f"*/{CONTRACT}"))
    if not found:
        raise Refused(f"{NO_SERVICE_YET} Or name a contract: make demo CONTRACT=path/to/{CONTRACT}")
    return found[0]


def service_name(contract: Path) -> str:
    """The name of the service that a contract file stands for: its folder's, or its own if it has one of its own."""
    name = contract.resolve().parent.name if contract.name == CONTRACT else contract.stem
    name = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return name if SERVICE_NAME.fullmatch(name) else "service"


def run_demo(contract: Path, console: Console) -> Path:
    """Run the demo in a temporary working copy; the folder under build/ where what it made is kept, also when a step fails.

    Raises Refused, LocalAwsError, and CalledProcessError for a step that failed.
    """
    try:
        content = read_bytes(contract)
    except OSError as error:
        why = "there is no such file" if isinstance(error, FileNotFoundError) else error.strerror
        raise Refused(f"{contract}: {why}. Name a contract: make demo CONTRACT=path/to/{CONTRACT}") from None
    service = service_name(contract)
    with tempfile.TemporaryDirectory(prefix="demo-") as temporary:
        copy = Path(temporary)
        folder = copy / "contracts" / service
        folder.mkdir(parents=True)
        shutil.copytree(ROOT / POLICIES, copy / POLICIES)
        (folder / CONTRACT).write_bytes(content)
        if (contract.parent / DEPLOYMENT).exists():
            (folder / DEPLOYMENT).write_bytes(read_bytes(contract.parent / DEPLOYMENT))
        try:
            environments = [(e.name, e.region) for e in read_services(copy / "contracts")[0].environments]
        except ProblemsError:
            environments = []  # the first steps of the demo say what is wrong, in their own words
        with LocalAws.start() as aws:
            console.print(
                f"[bold yellow]This is the local AWS[/bold yellow] at {aws.endpoint_url}: no real account is used.\n"
                f"The steps run in a copy, and their files are kept in {KEPT / service}/.",
                highlight=False,
            )
            clean = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
            path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
            try:
                DemoSteps(copy, {**clean, **aws.environment, "PYTHONPATH": path}, console).run(service, environments)
            finally:
                kept = KEPT / service
                shutil.rmtree(kept, ignore_errors=True)
                shutil.copytree(copy, kept, ignore=shutil.ignore_patterns(POLICIES))
    return kept
