"""Generate templates and pages from the contracts: `contracts/<service>/` to `generated/<service>/`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from scripts import names
from scripts.desired import table_states
from scripts.files import Changes, apply_changes, compare_tree
from scripts.pages import environment as environment_page
from scripts.pages import service as service_page
from scripts.pages import table as table_page
from scripts.problems import ProblemsError, show
from scripts.project import Service, read_services
from scripts.settings_source import TABLES
from scripts.template import service_template, table_template, to_yaml

RECORDS = ("deployment.json", "deployment.md")  # written by a deployment, kept by us


def generate(services: Sequence[Service]) -> dict[str, str]:
    """All generated files: path relative to `generated/`, with `/`, to content. Same input, same bytes."""
    return {f"{service.name}/{name}": content for service in services for name, content in _files(service).items()}


def _files(service: Service) -> dict[str, str]:
    files = {"README.md": service_page.render(service)}
    for table in service.contract.tables:
        files[f"{TABLES}/{names.file_stem(table.name)}.md"] = table_page.render(service, table)
    for environment in service.environments:
        states = table_states(service, environment)
        files[f"{environment.name}/README.md"] = environment_page.render(service, environment, states)
        templates = f"{environment.name}/templates"
        shared = service_template(service.name, environment)
        files[f"{templates}/service.yaml"] = to_yaml(shared, service.name)
        for table, state in zip(service.contract.tables, states, strict=True):
            template = table_template(state, service.name, environment.name)
            files[f"{templates}/tables/{names.file_stem(table.name)}.yaml"] = to_yaml(template, service.name)
    return files


def is_record(path: PurePosixPath) -> bool:
    """Whether a path under `generated/` is the record of a deployment, `<service>/<environment>/deployment.*`."""
    return len(path.parts) == 3 and path.parts[1] != TABLES and path.name in RECORDS


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m scripts.generate", description=__doc__)
    parser.add_argument("--contracts", type=Path, default=Path("contracts"), metavar="DIR", help="default: contracts")
    parser.add_argument("--out", type=Path, default=Path("generated"), metavar="DIR", help="default: generated")
    parser.add_argument("--service", metavar="S", help="only this service")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file is not up to date")
    parser.add_argument(
        "--exit-non-zero-on-change", action="store_true", help="exit 1 if a file was written or removed"
    )
    options = parser.parse_args(argv)
    try:
        services = read_services(options.contracts, options.service)
        wanted = generate(services)
        changes = _only(options.service, compare_tree(options.out, wanted, is_record))
        if changes and not options.check:
            apply_changes(options.out, wanted, changes)
    except ProblemsError as error:
        show(error.problems, sys.stderr)
        print("Nothing was generated.", file=sys.stderr)
        return 2
    except OSError as error:
        print(
            f"{error.filename or options.out}: {error.strerror or error}. Nothing more was generated.", file=sys.stderr
        )
        return 2
    warnings = [warning for service in services for warning in service.warnings]
    if warnings:
        show(warnings, sys.stderr)
    _report(options.out, changes, len(wanted), options.check)
    return 1 if changes and (options.check or options.exit_non_zero_on_change) else 0


def _only(service: str | None, changes: Changes) -> Changes:
    """With one service asked for, the files of the others are none of our business."""
    if service is None:
        return changes
    return Changes(changes.created, changes.updated, tuple(n for n in changes.removed if n.startswith(f"{service}/")))


def _report(out: Path, changes: Changes, total: int, check: bool) -> None:
    verbs = ("is missing", "is stale", "no longer belongs") if check else ("created", "updated", "removed")
    for verb, paths in zip(verbs, (changes.created, changes.updated, changes.removed), strict=True):
        for name in paths:
            print(f"{out / name} {verb}" if check else f"{verb} {out / name}")
    if not changes:
        print(f"{out}: {total} files, all up to date")
    elif check:
        print("Run `make generate` and commit what it changes.")


if __name__ == "__main__":
    raise SystemExit(main())
