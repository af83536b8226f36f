"""Make the contract of a new service from what exists: tables of an account, or a data model of another tool.

With `--from live` it also writes the deployment.yaml that keeps what the tables have. It reads AWS and changes nothing there.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.command import Refused, one_line, run_command
from scripts.entry import start
from scripts.folders import CONTRACTS
from scripts.problems import printable

# The rest is imported when there is something to do: --help need not wait for it.
if TYPE_CHECKING:
    from scripts.conversion.adopting_files import Files

LIVE = "live"


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.new_contract",
        description=__doc__,
        epilog="Exit codes: 0 written, 1 not.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--from",
        dest="source",
        metavar="live|FILE",
        help="live: tables of an account; or a file of the DynamoDB MCP server or of NoSQL Workbench",
    )
    parser.add_argument("--service", metavar="S", help="the name of the new service; asked for when missing")
    parser.add_argument("--environment", metavar="E", help="the environment that the tables belong to")
    parser.add_argument("--region", metavar="R", help="needed only where the environment's name does not end with it")
    parser.add_argument(
        "--tables", nargs="+", default=(), metavar="T", help="names in AWS, or patterns such as 'prod-*'"
    )
    parser.add_argument("--prefix", default="", metavar="P", help="what the names begin with in this environment only")
    parser.add_argument("--overwrite", action="store_true", help="write over files that are there")
    parser.add_argument("--contracts", type=Path, default=CONTRACTS, metavar="DIR", help=f"default: {CONTRACTS}")
    options = parser.parse_args(argv)
    from scripts.observe.aws import explain_failure

    return run_command(lambda: _make(options), "Nothing was written.", explain=explain_failure)


def _make(options: argparse.Namespace) -> int:
    from scripts.conversion.new_service import service_folder, write_files
    from scripts.text import prompts

    if not options.source:
        raise Refused("From what? Say it with --from: live, or the path of a data model of another tool.")
    service = options.service or prompts.ask("Which name for the new service", "--service")
    folder = service_folder(options.contracts, service, options.overwrite)
    live = options.source == LIVE
    if not live and (options.tables or options.prefix):
        raise Refused("A file is converted as a whole: leave --tables and --prefix out.")
    files, told = _live(options, service) if live else _file(options, folder)
    written = write_files(folder, files)
    print(f"Written: {' and '.join(map(str, written))}.")
    for line in told:
        print(printable(line))
    return 0


def _file(options: argparse.Namespace, folder: Path) -> "tuple[Files, list[str]]":
    from scripts.conversion.adopting_files import folded
    from scripts.conversion.convert_file import convert_file
    from scripts.conversion.draft import NotConvertible
    from scripts.settings.deployment_file import Environment

    environment = Environment(options.environment, _region(options)) if options.environment else None
    try:
        files = convert_file(Path(options.source), folder, environment)
    except NotConvertible as error:
        for reason in error.reasons[:-1]:
            print(one_line(reason), file=sys.stderr)
        raise Refused(error.reasons[-1]) from error
    told = ["", "What was assumed, and what is left out:", *(f"- {line}" for line in folded(files.told))]
    if not environment:
        told += [
            "",
            f"Without a deployment.yaml there is one environment, default. Name yours in {folder}/deployment.yaml.",
        ]
    return files, [*told, "", f"Next: make generate SERVICE={folder.name}."]


def _region(options: argparse.Namespace) -> str:
    """The Region that is given, or that the environment's name ends with. Raises Refused."""
    from scripts.settings.region_prompt import ask_region, known_region
    from scripts.settings.regions import region_in_name

    return known_region(options.region or region_in_name(options.environment) or ask_region())


def _live(options: argparse.Namespace, service: str) -> "tuple[Files, list[str]]":
    from scripts.conversion.adopt_live import NEVER_TOLD, adopt_live
    from scripts.conversion.adopting_files import folded
    from scripts.text import prompts

    if not options.tables:
        raise Refused("Which tables? Say it with --tables: their names in AWS, or patterns such as 'prod-*'.")
    environment = options.environment or prompts.ask("Which environment do they belong to", "--environment")
    options.environment = environment
    region = _region(options)
    files, account = adopt_live(service, environment, region, options.tables, options.prefix, options.contracts)
    told = [f"It describes tables of account {account} in {region} as they are now."]
    if files.told:
        told += ["", "About single tables:", *(f"- {line}" for line in folded(files.told))]
    told += ["", "What AWS tells about no table:", *(f"- {line}" for line in NEVER_TOLD)]
    told += [
        "",
        f"Next: make generate, then make plan ENV={environment} SERVICE={service}. It says what their adoption adds.",
    ]
    return files, told


if __name__ == "__main__":
    start(main)
