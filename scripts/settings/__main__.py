"""Explain the effective settings of a table, and write the page about all settings."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.entry import start
from scripts.folders import DEPLOYMENT
from scripts.problems import ProblemsError
from scripts.project.services import read_services
from scripts.settings.deployment_file import MERGED, SCHEMA, Settings, at, parts, properties
from scripts.settings.settings_page import settings_page
from scripts.show_problems import show
from scripts.text.yaml_source import dotted

PAGE = Path("docs") / "settings.md"


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


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code: 0 explained or written, 1 not."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.settings", description=__doc__, epilog="Exit codes: 0 explained, 1 not."
    )
    parser.add_argument(
        "--explain", nargs=3, metavar=("SERVICE", "ENVIRONMENT", "TABLE"), help="every setting and its origin"
    )
    parser.add_argument("--write-page", type=Path, metavar="FILE", help=f"write {PAGE} from {SCHEMA.name}")
    parser.add_argument("--contracts", type=Path, default=Path("contracts"), metavar="DIR", help="default: contracts")
    options = parser.parse_args(argv)
    if options.write_page:
        options.write_page.write_text(settings_page(), encoding="utf-8")
        return 0
    if not options.explain:
        parser.error("nothing to do: use --explain or --write-page")
    name, environment, table = options.explain
    try:
        service = read_services(options.contracts, name)[0]
    except ProblemsError as error:
        show(error.problems, sys.stderr)
        return 1
    for what, asked, known in (
        ("environment", environment, [each.name for each in service.environments]),
        ("table", table, [each.name for each in service.contract.tables]),
    ):
        if asked not in known:
            print(f'{name} has no {what} "{asked}". It has: {", ".join(known)}.', file=sys.stderr)
            return 1
    rows = explain(service.settings, options.contracts / name / DEPLOYMENT, environment, table)
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for key, value, origin in rows:
        print(f"{key:{widths[0]}}  {value:{min(widths[1], 40)}}  {origin}")
    return 0


if __name__ == "__main__":
    start(main)
