"""Validate the environment that a command names, and say in the report which deployment it is about."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from scripts.command import Refused
from scripts.folders import RECORDS, records_folder
from scripts.observe.commit import commit
from scripts.observe.target import ServiceEnvironment, Target, select
from scripts.observe.target_options import TargetOptions
from scripts.recording.record_files import read_record
from scripts.text.progress import looking
from scripts.validation.patience import Patience
from scripts.validation.report import Report
from scripts.validation.validate_target import validate


@dataclass(frozen=True, slots=True)
class ValidationOptions:
    """How to validate. `wait`: seconds for what is still settling; `force`: the write probe in production too.

    `commit` None: that of the checkout. `plan_hash` and `run_url`: what the report says about the deployment.
    """

    wait: float
    write_probe: bool = False
    force: bool = False
    commit: str | None = None
    plan_hash: str = ""
    run_url: str = ""


def validate_environment(asked: TargetOptions, options: ValidationOptions) -> Report:
    """The report about a target. Raises Refused, ProblemsError and the errors of `aws.FAILURES`."""
    target = select(asked)
    if options.write_probe and not options.force:
        _refuse_production(target)
    with looking(target.tables + len(target.places), f"Validating {target.environment}") as board:
        report = validate(
            target,
            Patience(options.wait),
            write_probe=options.write_probe,
            tell=lambda _name, good: board.looked(good),
            out=asked.out,
        )
    sha = _commit() if options.commit is None else options.commit
    pages = tuple((place.service.name, _page(place, asked.out)) for place in target.places)
    known = tuple(_unrecorded(target, asked.out))
    found = replace(report, commit=sha, plan=options.plan_hash, run_url=options.run_url)
    return replace(found, pages=pages, unrecorded=known)


def _unrecorded(target: Target, out: Path) -> Iterator[str]:
    """The services of which there is a record of the deployment, and none of a validation of it."""
    for place in target.places:
        folder = records_folder(out, target.aws.endpoint) / place.service.name / place.environment.name
        record = read_record(folder / RECORDS[0])
        if record and record["validation"] is None:
            yield place.service.name


def _refuse_production(target: Target) -> None:
    """Raises Refused when the settings call the environment production."""
    marked = [place.service.name for place in target.places if place.environment.production]
    if marked:
        raise Refused(
            f"{target.environment} is production ({', '.join(marked)}): consumers of its streams would see the item of the "
            "probe. Leave --write-probe out. Where that does no harm: python -m scripts.validate with --force."
        )


def _commit() -> str:
    """The commit of the checkout, and whether what is deployed from it was changed since; empty outside of git."""
    found = commit()
    return found.id[:7] + found.words.removeprefix(found.id[:12]) if found else ""


def _page(place: ServiceEnvironment, out: Path) -> str:
    """The environment page: on the web where the repository's address is known, else its path."""
    path = f"{out.as_posix()}/{place.service.name}/{place.environment.name}/README.md"
    server, repository = os.environ.get("GITHUB_SERVER_URL", ""), os.environ.get("GITHUB_REPOSITORY", "")
    address = place.service.repository or (f"{server}/{repository}" if server and repository else "")
    return f"{address.rstrip('/')}/blob/HEAD/{path}" if address and not out.is_absolute() else path
