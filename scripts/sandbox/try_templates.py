"""Try copies of all generated templates with taskcat, and see that nothing is left of them."""

import contextlib
import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.acceptance.cleanup import clean
from scripts.acceptance.guard import refuse_account
from scripts.acceptance.own_names import new_run
from scripts.command import Refused
from scripts.folders import NO_SERVICE_YET
from scripts.local_aws import LocalAws, LocalAwsError
from scripts.observe.aws import Aws
from scripts.project.services import Service, read_services
from scripts.rendering.freshness import fingerprint, refuse_stale
from scripts.sandbox.bucket import bucket
from scripts.sandbox.copies import copies
from scripts.sandbox.result import conclude, read_result
from scripts.sandbox.taskcat_project import bucket_name, write_project

RUNNER = Path(__file__).with_name("run_taskcat.py")


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """What to try and where. `sandbox`: an account, "1" for that of the credentials, None for the local AWS."""

    sandbox: str | None
    regions: Sequence[str]
    environment: str | None
    service: str | None
    python: Path
    contracts: Path
    out: Path
    build: Path


def try_templates(options: SandboxOptions) -> int:
    """Create and delete every stack in every Region; 0 if all came up, went away and left nothing, else 1.

    Raises Refused, ProblemsError and the errors of `aws.FAILURES`.
    """
    if not options.python.is_file():
        raise Refused(f"{options.python} is missing. Run `make taskcat`, which sets up taskcat's own environment.")
    before = fingerprint(options.contracts)
    services = read_services(options.contracts, options.service)
    if not services:
        raise Refused(NO_SERVICE_YET)
    # A copy of what nobody reviewed would prove nothing.
    refuse_stale(services, options.contracts, options.out, before)
    run = new_run()
    made = copies(services, run, options.environment)
    if not made:
        raise Refused(f'There is no environment "{options.environment}".')
    project, output = options.build / "project", options.build / "report"
    write_project(project, made, options.regions, run)
    with _aws(options, services) as where:
        print(f"{len(made)} templates in {len(options.regions)} Regions ({', '.join(options.regions)}), {where}")
        (output / "result.json").unlink(missing_ok=True)
        command = [str(options.python), "-W", "ignore", str(RUNNER), str(project), str(output)]
        try:
            with bucket(Aws(options.regions[0]), bucket_name(run)):
                subprocess.run(command, stdin=subprocess.DEVNULL, check=False)
        finally:  # what taskcat has not removed
            left = [thing for region in options.regions for thing in clean(Aws(region), run).lines()]
    return conclude(read_result(output), len(made) * len(options.regions), left, output)


@contextlib.contextmanager
def _aws(options: SandboxOptions, services: Sequence[Service]) -> Iterator[str]:
    """Set the environment for boto3 and taskcat; yields words for where that is. Raises Refused."""
    if options.sandbox:
        aws = Aws(options.regions[0])
        refuse_account(aws, options.sandbox, services, options.out)
        yield f"account {aws.account}"
        return
    kept = dict(os.environ)
    try:
        with LocalAws.start() as local:
            for name in [name for name in os.environ if name.startswith("AWS_")]:
                del os.environ[name]
            os.environ.update(local.environment, AWS_DEFAULT_REGION=options.regions[0])
            yield "the local AWS"
    except LocalAwsError as error:
        raise Refused(str(error)) from None
    finally:
        os.environ.clear()
        os.environ.update(kept)
