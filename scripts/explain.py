"""Explain the effective settings of a table in an environment: every value, and the line of deployment.yaml that states it."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from scripts.command import Refused, run_command
from scripts.entry import start
from scripts.folders import CONTRACTS, DEPLOYMENT, NO_SERVICE_YET
from scripts.settings.deployment_file import MERGED, Settings, at, parts, properties
from scripts.text.yaml_source import dotted

VALUE_WIDTH = 40  # characters to which the column of values grows; a longer value pushes its line aside


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.explain", description=__doc__, epilog="Exit codes: 0 explained, 1 not."
    )
    parser.add_argument("--service", metavar="S", help="needed where there are several")
    parser.add_argument(
        "--environment",
        metavar="E",
        help="a name under environments in deployment.yaml; needed where there are several",
    )
    parser.add_argument("--table", metavar="T", help="a table of the contract, as the contract names it")
    parser.add_argument("--contracts", type=Path, default=CONTRACTS, metavar="DIR", help=f"default: {CONTRACTS}")
    options = parser.parse_args(argv)
    return run_command(lambda: _explain(options), "Nothing was explained.")


def explain(settings: Settings, file: Path, environment: str, table: str) -> list[tuple[str, str, str]]:
    """For each setting of a table in an environment: its key, its effective value as JSON, and where it comes from.

    Settings that are merged from several places have a row for each part.
    """
    rows: list[tuple[str, str, str]] = []
    for key in properties():
        value = settings.resolve(environment, table, key)[0]
        for part in (parts(value) if key in MERGED else ()) or [()]:
            origin = settings.origin(environment, table, key, part)
            line = f"{file}:{settings.source.positions[origin][0]}  {dotted(origin)}" if origin else "default"
            rows.append((dotted((key, *part)), json.dumps(at(value, part), ensure_ascii=False), line))
    return rows


def _explain(options: argparse.Namespace) -> int:
    from scripts.project.services import read_services  # takes time to import, which --help need not wait for

    services = {service.name: service for service in read_services(options.contracts, options.service)}
    if not services:
        raise Refused(NO_SERVICE_YET)
    service = services[_chosen("service", options.service, list(services))]
    environment = _chosen("environment", options.environment, [each.name for each in service.environments])
    table = _chosen("table", options.table, [each.name for each in service.contract.tables])
    rows = explain(service.settings, options.contracts / service.name / DEPLOYMENT, environment, table)
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for key, value, origin in rows:
        print(f"{key:{widths[0]}}  {value:{min(widths[1], VALUE_WIDTH)}}  {origin}")
    return 0


def _chosen(kind: str, asked: str | None, known: Sequence[str]) -> str:
    """What was asked for, or the only one that there is. Raises Refused with all that there are."""
    there = ", ".join(known)
    if asked is not None:
        if asked not in known:
            raise Refused(f'There is no {kind} "{asked}". Known: {there}.')
        return asked
    if len(known) != 1:
        raise Refused(f"Which {kind}? Say it with --{kind}: {there}.")
    return known[0]


if __name__ == "__main__":
    start(main)
