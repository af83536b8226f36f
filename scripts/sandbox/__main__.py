"""Try copies of all generated templates with taskcat: in the local AWS, or with --sandbox in a sandbox account of its own."""

import argparse
import contextlib
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from scripts import generate
from scripts.command import Refused, run_command
from scripts.local_aws import LocalAws, LocalAwsError
from scripts.observe.aws import Aws, explain_failure
from scripts.project.services import Service, read_services
from scripts.sandbox.bucket import bucket
from scripts.sandbox.copies import copies, run_prefix
from scripts.sandbox.left_behind import leftovers
from scripts.sandbox.taskcat_project import bucket_name, write_project

RUNNER = Path(__file__).with_name("run_taskcat.py")
PYTHON = Path(".venv-taskcat") / "bin" / "python"
REGIONS = ("us-east-1", "eu-west-1")
ANY = "1"  # as in `make taskcat SANDBOX=1`
BUILD = Path("build") / "taskcat"


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; 0 if every stack was created and deleted in every Region and nothing is left, else 1."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.sandbox",
        description=__doc__,
        epilog="Exit codes: 0 all stacks came up, went away and left nothing; 1 not.",
    )
    parser.add_argument(
        "--sandbox",
        metavar="A",
        help=f"in this account, 12 digits, or {ANY}: in whichever the credentials belong to; default: the local AWS",
    )
    parser.add_argument("--regions", nargs="+", default=REGIONS, metavar="R", help=f"default: {' '.join(REGIONS)}")
    parser.add_argument("--environment", metavar="E", help="only this environment; default: all")
    parser.add_argument("--service", metavar="S", help="only this service; default: all")
    parser.add_argument("--python", type=Path, default=PYTHON, metavar="FILE", help=f"taskcat's own; default: {PYTHON}")
    parser.add_argument("--contracts", type=Path, default=Path("contracts"), metavar="DIR", help="default: contracts")
    parser.add_argument("--out", type=Path, default=Path("generated"), metavar="DIR", help="default: generated")
    parser.add_argument("--build", type=Path, default=BUILD, metavar="DIR", help=f"default: {BUILD}")
    options = parser.parse_args(argv)
    return run_command(lambda: _sandbox(options), "The templates have not been tried.", explain=explain_failure)


def _sandbox(options: argparse.Namespace) -> int:
    if not options.python.is_file():
        raise Refused(f"{options.python} is missing. Run `make taskcat`, which sets up taskcat's own environment.")
    services = read_services(options.contracts, options.service)
    _fresh(options)
    run = secrets.token_hex(4)
    made = copies(services, run, options.environment)
    if not made:
        raise Refused(f'There is no environment "{options.environment}".')
    project, output = options.build / "project", options.build / "report"
    write_project(project, made, options.regions, run)
    with _aws(options, services) as where:
        print(f"{len(made)} templates in {len(options.regions)} Regions ({', '.join(options.regions)}), {where}")
        (output / "result.json").unlink(missing_ok=True)
        command = [str(options.python), "-W", "ignore", str(RUNNER), str(project), str(output)]
        with bucket(Aws(options.regions[0]), bucket_name(run)):
            subprocess.run(command, stdin=subprocess.DEVNULL, check=False)
        left = leftovers(run_prefix(run), options.regions)
    return told(result(output), len(made) * len(options.regions), left, output)


def result(output: Path) -> dict[str, Any]:
    """What taskcat's run has written: its stacks, each {test, region, stack, status, reason}, and a problem, empty for none."""
    try:
        return json.loads((output / "result.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {"stacks": [], "problem": "taskcat ended without a result; what it said is above."}


def told(result: dict[str, Any], wanted: int, left: list[str], output: Path) -> int:
    """Say what came of it; the exit code. Fewer stacks than wanted are a failure, whatever taskcat thinks."""
    good = [stack for stack in result["stacks"] if stack["status"] == "CREATE_COMPLETE"]
    for stack in result["stacks"]:
        mark = "ok" if stack in good else "FAILED"
        print(f"{mark:6}  {stack['region']:14}  {stack['test']}  {'' if stack in good else stack['reason']}".rstrip())
    for thing in left:
        print(f"LEFT    {thing}", file=sys.stderr)
    if result["problem"]:
        print(f"taskcat: {result['problem']}", file=sys.stderr)
    if len(good) != wanted or result["problem"] or left:
        print(
            f"{len(good)} of {wanted} stacks came up, {len(left)} things were left behind. Logs: {output}. "
            "Mend the template's contract or settings; delete what is left by hand.",
            file=sys.stderr,
        )
        return 1
    print(f"All {wanted} stacks came up and went away again; nothing is left. Report: {output / 'index.html'}")
    return 0


def _fresh(options: argparse.Namespace) -> None:
    """A copy of what nobody reviewed would prove nothing: the generated files must be those of the contracts."""
    service = ["--service", options.service] if options.service else []
    if generate.main(["--check", "--contracts", str(options.contracts), "--out", str(options.out), *service]) != 0:
        raise Refused("Only what was reviewed is tried. Run `make generate`, review, commit.")


@contextlib.contextmanager
def _aws(options: argparse.Namespace, services: Sequence[Service]) -> Iterator[str]:
    """Set the environment for boto3 and taskcat; yields words for where that is. Raises Refused."""
    if options.sandbox:
        account = Aws(options.regions[0]).account
        if options.sandbox not in (ANY, account):
            raise Refused(
                f"These are credentials of account {account}, not of {options.sandbox}. Sign in to the sandbox."
            )
        used = [f"{e.name} of {s.name}" for s in services for e in s.environments if e.account == account]
        if used:
            raise Refused(f"Account {account} is that of {used[0]}. A sandbox is an account of its own.")
        yield f"account {account}"
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


if __name__ == "__main__":
    raise SystemExit(main())
