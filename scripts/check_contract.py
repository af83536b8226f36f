"""Check contracts: everything that is wrong in them, where, and what to write instead."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.contract import check_contract
from scripts.contract.rules import FAMILY
from scripts.entry import start
from scripts.folders import CONTRACT, CONTRACTS, NO_SERVICE_YET, no_service_yet
from scripts.problems import NOTE, WARNING, Problem, ProblemsError, counts, has_errors, printable
from scripts.settings.repository_file import FILE
from scripts.show_problems import render_github, render_json, show
from scripts.text.rule_family import rules_page

DEFAULT = "contracts/*/migrationContract.json"
SETTINGS = CONTRACTS / FILE
RULES_PAGE = "docs/rules/contract.md"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.check_contract",
        description=__doc__,
        epilog="Exit codes: 0 usable, 1 problems.",
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help=f"contracts (default: {DEFAULT})")
    parser.add_argument("--format", choices=("text", "json", "github"), default="text", help="how to show problems")
    parser.add_argument("--strict", action="store_true", help=f"fail on warnings too, as {SETTINGS} can ask for")
    parser.add_argument(
        "--notes", action="store_true", help="also say what was understood; the pages say it in any case"
    )
    parser.add_argument("--write-rules", type=Path, metavar="FILE", help=f"write {RULES_PAGE} from the rules, and end")
    return parser


def _contracts() -> list[Path]:
    """The contracts of all services. Raises OSError for a folder that cannot be read, which `glob` would pass over."""
    folders = sorted(CONTRACTS.iterdir()) if CONTRACTS.is_dir() else []
    return [file for folder in folders if (file := folder / CONTRACT).exists()]


def _summary(problems: Sequence[Problem], files: Sequence[Path], tables: int, failed: bool) -> str:
    names = f"{len(files)} contract{'' if len(files) == 1 else 's'}"
    if not problems:
        return f"No problems in {names} with {tables} table{'' if tables == 1 else 's'}."
    outcome = "Nothing can be generated until the errors are settled." if has_errors(problems) else ""
    if failed and not outcome:
        outcome = f"Warnings fail the check because of --strict, or because {SETTINGS} says so."
    return f"{counts(problems)} in {names}. {outcome or 'They can be used.'} Rules: {RULES_PAGE}"


def main(argv: Sequence[str] | None = None) -> int:
    """Check the files; 0 when all can be used (with --strict: without warnings too), 1 otherwise."""
    arguments = _parser().parse_args(argv)
    if arguments.write_rules:
        try:
            arguments.write_rules.write_text(rules_page(FAMILY), encoding="utf-8")
        except OSError as error:
            print(f"Cannot write {arguments.write_rules}: {error.strerror}. Check the path.", file=sys.stderr)
            return 1
        return 0
    files = arguments.files or _contracts()
    if not files and no_service_yet():
        print(NO_SERVICE_YET)
        return 0
    if not files:
        print(f"No contracts found. Put one at {DEFAULT.replace('*', '<service>')}.", file=sys.stderr)
        return 1
    from scripts.project.repository_settings import read_repository_settings  # which `--help` does not need

    try:
        strict = arguments.strict or read_repository_settings(CONTRACTS).strict
    except ProblemsError as error:
        show(error.problems, sys.stderr)
        return 1
    problems: list[Problem] = []
    tables = 0
    for file in dict.fromkeys(files):
        contract, found = check_contract(file, strict=strict, schema=True)
        problems += [one for one in found if arguments.notes or one.severity != NOTE]
        tables += len(contract.tables) if contract else 0
    failed = has_errors(problems) or (strict and any(p.severity == WARNING for p in problems))
    if arguments.format == "json":
        print(render_json(problems))
    elif arguments.format == "github":
        print(render_github(problems), end="\n" if problems else "")
    elif len(problems) == 1 and problems[0].id == "C101":
        print(f"{printable(problems[0].file)}: {problems[0].message} {problems[0].fix}")
    else:
        if problems:
            show(problems, sys.stdout)
            print()
        print(_summary(problems, files, tables, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    start(main)
