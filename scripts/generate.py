"""Generate templates and pages from the contracts: `contracts/<service>/` to `generated/<service>/`."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from scripts import access, names
from scripts.desired import table_states
from scripts.files import Changes, apply_changes, compare_tree
from scripts.limits_check import limit_problems
from scripts.model import TableState
from scripts.pages import environment as environment_page
from scripts.pages import runbook as runbook_page
from scripts.pages import service as service_page
from scripts.pages import table as table_page
from scripts.pages.cost import costs
from scripts.problems import WARNING, Problem, ProblemsError, has_errors, show
from scripts.project import Service, read_services
from scripts.settings_source import TABLES, Environment
from scripts.shared.templates import shared_templates
from scripts.template import table_template, to_yaml

RECORDS = ("deployment.json", "deployment.md")  # written by a deployment, kept by us


def generate(services: Sequence[Service]) -> dict[str, str]:
    """All generated files: path relative to `generated/`, with `/`, to content. Same input, same bytes."""
    return {name: text for service in services for name, text in Rendering(service).files().items()}


class Rendering:
    """One service, rendered: its states and templates, and everything that is made of them."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.environments = {environment.name: environment for environment in service.environments}
        self.states = {name: table_states(service, found) for name, found in self.environments.items()}
        self.shared = {
            name: shared_templates(service, found, self.states[name]) for name, found in self.environments.items()
        }
        self.tables = {
            name: {
                table.name: table_template(state, service.name, name)
                for table, state in zip(service.contract.tables, states, strict=True)
            }
            for name, states in self.states.items()
        }

    def problems(self, contracts: Path) -> list[Problem]:
        """The limits of AWS that an environment exceeds."""
        return [
            problem
            for name, states in self.states.items()
            for problem in limit_problems(
                contracts, self.service, name, states, {**self.tables[name], **self.shared[name]}
            )
        ]

    def files(self) -> dict[str, str]:
        """All files of the service: path relative to `generated/` to content."""
        service, tables = self.service, self.service.contract.tables
        found = costs(service, self.states, self.shared)
        files = {"README.md": service_page.render(service, found), "runbook.md": runbook_page.render(service)}
        for number, table in enumerate(tables):
            of_table = {name: states[number] for name, states in self.states.items()}
            path = f"{TABLES}/{names.file_stem(table.name)}.md"
            files[path] = table_page.render(service, table, of_table, found)
        for name, environment in self.environments.items():
            files[f"{name}/README.md"] = environment_page.render(service, environment, self.states[name], found)
            for stem, template in self.shared[name].items():
                files[f"{name}/templates/{stem}.yaml"] = to_yaml(template, service.name)
            files |= {f"{name}/access/{file}": text for file, text in _access(service, environment, self.states[name])}
            for table, template in self.tables[name].items():
                files[f"{name}/templates/tables/{names.file_stem(table)}.yaml"] = to_yaml(template, service.name)
        return {f"{service.name}/{path}": content for path, content in files.items()}


def _access(service: Service, environment: Environment, states: Sequence[TableState]) -> Iterator[tuple[str, str]]:
    """The IAM policies for applications: file name and text."""
    contract = service.contract
    documents = access.policies(
        service.name,
        environment.name,
        environment.region,
        environment.account,
        [(table, state.name) for table, state in zip(contract.tables, states, strict=True)],
        contract.access_patterns,
        streams={state.name for state in states if state.stream},
        # The service's own key allows what DynamoDB does with it for anybody who may use the tables.
        customer_keys={state.name: state.encryption for state in states if state.encryption.startswith("arn:")},
    )
    for name, document in documents.items():
        yield name, access.to_json(document)


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
        renderings = [Rendering(service) for service in services]
        limits = [problem for rendering in renderings for problem in rendering.problems(options.contracts)]
        if has_errors(limits):
            raise ProblemsError(limits)
        wanted = {name: text for rendering in renderings for name, text in rendering.files().items()}
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
    # What was assumed is told when it is news; what is doubted every time.
    said = [*(warning for service in services for warning in service.warnings), *limits]
    said = [problem for problem in said if changes or problem.severity == WARNING]
    if said:
        show(said, sys.stderr)
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
