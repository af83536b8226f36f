"""Compare every environment that these credentials can see with its contract: what has changed since the deployment?

Reads only. What auto scaling, traffic or other people's tags change by themselves is told apart and is no drift.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from scripts.command import Refused, run_command
from scripts.files import write_atomically
from scripts.observe.aws import FAILURES, Aws, explain, explain_failure
from scripts.observe.target import add_options, select
from scripts.project.services import Service, read_services
from scripts.settings.deployment_file import Environment
from scripts.validation.drift_report import DriftReport, EnvironmentDrift, to_markdown, to_text, to_values
from scripts.validation.validate_target import validate

Found = tuple[Service, Environment]


def look(options: argparse.Namespace) -> DriftReport:
    """Look at every environment, or at the one that the options name. Raises ProblemsError, or Refused for a wrong name."""
    environments: dict[str, list[Found]] = {}
    for service in read_services(options.contracts, options.service):
        for environment in service.environments:
            environments.setdefault(environment.name, []).append((service, environment))
    if options.environment and options.environment not in environments:
        raise Refused(f'There is no environment "{options.environment}". Known: {", ".join(environments)}.')
    chosen = sorted(name for name in environments if options.environment in (None, name))
    looked = tuple(each for name in chosen for each in _environment(options, environments[name]))
    return DriftReport(datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"), looked)


def _environment(options: argparse.Namespace, found: list[Found]) -> Iterator[EnvironmentDrift]:
    """One environment as a whole, or each service by itself where they are in different Regions or accounts."""
    places = {(environment.region, environment.account) for _, environment in found}
    if len(places) == 1:
        yield _look(options, found, options.service)
    else:
        for service, environment in found:
            yield _look(options, [(service, environment)], service.name)


def _look(options: argparse.Namespace, found: list[Found], service: str | None) -> EnvironmentDrift:
    environment = found[0][1]
    name, services = environment.name, tuple(service.name for service, _ in found)
    region = environment.region or options.region
    if not region:
        return EnvironmentDrift(
            name, services, reason="No Region is known. Name it with --region, or state it in deployment.yaml."
        )
    try:
        account = Aws(region).account
        if environment.account not in (None, account):
            reason = f"It belongs to account {environment.account}; these credentials belong to {account}."
            return EnvironmentDrift(name, services, reason=reason, elsewhere=not options.environment)
        asked = argparse.Namespace(**{**vars(options), "environment": name, "service": service, "region": region})
        return EnvironmentDrift(name, services, validate(select(asked)))
    except FAILURES as error:
        return EnvironmentDrift(name, services, reason=explain(error))
    except Refused as error:
        return EnvironmentDrift(name, services, reason=str(error))


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.drift",
        description=__doc__,
        epilog="Exit codes: 0 clean, 1 drift, 2 something could not be read. Environments of other accounts are skipped, "
        "and said to be.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_options(parser)
    parser.add_argument("--format", choices=("text", "json", "markdown"), default="text", help="default: text")
    parser.add_argument("--report", type=Path, metavar="DIR", help="also write drift.json and drift.md into DIR")
    options = parser.parse_args(argv)
    return run_command(lambda: _drift(options), "Nothing was compared.", 2, explain_failure)


def _drift(options: argparse.Namespace) -> int:
    found = look(options)
    as_json = json.dumps(to_values(found), indent=2, ensure_ascii=False) + "\n"
    if options.report:
        write_atomically(options.report / "drift.json", as_json)
        write_atomically(options.report / "drift.md", to_markdown(found))
    forms = {"text": to_text, "markdown": to_markdown, "json": lambda _: as_json}
    sys.stdout.write(forms[options.format](found))
    return found.exit_code


if __name__ == "__main__":
    raise SystemExit(main())
