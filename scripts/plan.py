"""Say what a deployment of an environment would do to each table, in plain words, without doing anything.

With `--against REV` it compares the templates with those of a git revision instead, without any access to AWS.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from scripts.command import Refused, run_command
from scripts.entry import start
from scripts.files import json_text, write_atomically
from scripts.folders import NO_SERVICE_YET
from scripts.observe.target_options import add_options, target_options
from scripts.planning import LIVE, WARNINGS
from scripts.problems import WARNING
from scripts.show_problems import show

# The rest is imported when there is something to plan: it takes half a second, which --help need not wait for.
if TYPE_CHECKING:
    from scripts.observe.services_apart import LeftOut
    from scripts.planning.entries import Plan
    from scripts.project.services import Service

    _Planned = tuple[Sequence[Plan], Sequence[Service], tuple[LeftOut, ...]]

FORMATS = ("text", "json", "markdown")


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.plan",
        description=__doc__,
        epilog="Exit codes: 0 no changes, 2 changes, 3 blocked, or a service is left out because its files have mistakes, "
        "1 there is no plan.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_options(parser)
    parser.add_argument(
        "--against",
        default=LIVE,
        metavar="live|REV",
        help="what to compare with: what runs (live, the default), or the templates that a git revision has committed, such as "
        "origin/main; that needs no credentials, and without --environment covers every environment",
    )
    parser.add_argument("--format", choices=FORMATS, default="text", help="default: text")
    parser.add_argument(
        "--report",
        type=Path,
        metavar="DIR",
        help=f"also write {WARNINGS}, plan.json and plan.md into DIR; the plans of several environments into DIR/<environment>/",
    )
    parser.add_argument(
        "--each-service",
        action="store_true",
        help="a plan of its own for each service that can be planned, to be approved by itself: with --report in DIR/<service>/, all in DIR/plan.md",
    )
    parser.add_argument(
        "--apart",
        action="store_true",
        help="end as if there were no other service where one is left out; --each-service does so, too",
    )
    parser.add_argument(
        "--keep",
        action="store_true",
        help="write into deployment.yaml what keeps the settings of the tables that are to be adopted, and show the diff",
    )
    options = parser.parse_args(argv)
    if options.keep and options.against != LIVE:
        parser.error("--keep looks at live tables: leave --against out")
    if options.each_service and options.against != LIVE:
        parser.error("--each-service looks at live tables: leave --against out")
    from scripts.observe.aws import explain_failure

    return run_command(lambda: _plan(options), "Nothing was planned.", explain=explain_failure)


def _plan(options: argparse.Namespace) -> int:
    from scripts.observe.commit import CODE, commit, commit_words
    from scripts.observe.services_apart import left_out_words
    from scripts.planning.entries import STOPPED
    from scripts.planning.plan_page import to_markdown, to_markdown_all
    from scripts.planning.plan_text import to_text
    from scripts.planning.plan_values import to_values

    plans, services, left = (_live if options.against == LIVE else _offline)(options)
    source = commit_words(commit(sources=(options.contracts.as_posix(), options.out.as_posix(), *CODE)))
    plans = [replace(plan, commit=source) for plan in plans]
    warnings = [one for service in services for one in service.warnings if one.severity == WARNING]
    if left and not options.each_service:  # there, one service is told of in each plan
        plans = [replace(plan, notes=(*plan.notes, left_out_words(left))) for plan in plans]
    several = options.each_service or (options.against != LIVE and not options.environment)
    if options.report:
        write_atomically(options.report / WARNINGS, json_text({"warnings": [asdict(one) for one in warnings]}))
        for plan in plans:
            folder = options.report / (plan.service or plan.environment) if several else options.report
            write_atomically(folder / "plan.json", json_text(to_values(plan)))
            write_atomically(folder / "plan.md", to_markdown(plan))
        if options.each_service:
            write_atomically(options.report / "plan.md", to_markdown_all(plans))
    if warnings and options.format == "text":
        show(warnings, sys.stderr)
    if options.format == "json":
        shown = json_text({"plans": list(map(to_values, plans))} if several else to_values(plans[0]))
    else:
        shown = to_markdown_all(plans) if options.format == "markdown" else "\n".join(map(to_text, plans))
    if not services and not plans and options.format == "text":
        print(NO_SERVICE_YET)
    sys.stdout.write(shown)
    if options.keep:
        _keep(plans, sys.stdout if options.format == "text" else sys.stderr)
    code = max((plan.exit_code for plan in plans), default=0)
    return STOPPED if left and not (options.apart or options.each_service) else code


def _keep(plans: "Sequence[Plan]", stream: TextIO) -> None:
    from scripts.planning.kept_settings_file import NotKeptError, write_kept

    try:
        write_kept((entry.keep for plan in plans for entry in plan.entries if entry.keep), stream)
    except NotKeptError as error:
        raise Refused(str(error)) from error


def _live(options: argparse.Namespace) -> "_Planned":
    from scripts.observe.target import select
    from scripts.planning.live_plan import live_plan, plans_by_service
    from scripts.recording.unfinished import NAME, default_folder, unfinished, unfinished_words
    from scripts.text.progress import looking

    target = select(target_options(options), retired=True)
    with looking(target.tables, f"Planning {target.environment}") as board:
        given = (target, lambda _name: board.looked(), options.contracts)
        plans = plans_by_service(*given) if options.each_service else [live_plan(*given)]
    if found := unfinished(default_folder(target.environment) / NAME, target):
        plans = [replace(plan, notes=(*plan.notes, unfinished_words(found))) for plan in plans]
    return plans, [place.service for place in target.places], target.left_out


def _offline(options: argparse.Namespace) -> "_Planned":
    from scripts.observe.services_apart import MISTAKES, LeftOut, left_out_words
    from scripts.planning.offline_plan import offline_plans
    from scripts.planning.revision import NoRevisionError
    from scripts.project.usable_services import left_out, usable_services

    only = options.service or None
    gone = bool(only) and not (options.contracts / only).is_dir()  # the revision may have it
    services, problems = ((), ()) if gone else usable_services(options.contracts, only)
    left = tuple(LeftOut(name, MISTAKES) for name in left_out(options.contracts, problems))
    if left:
        show(problems, sys.stderr)
        print(left_out_words(left), file=sys.stderr)
    try:
        plans = offline_plans(
            services,
            options.contracts,
            options.against,
            options.environment,
            only,
            options.out,
            [each.service for each in left],
        )
    except NoRevisionError as error:
        if gone:
            usable_services(options.contracts, only)  # which services there are is told where neither has it
        raise Refused(str(error)) from error
    if gone and not plans:
        usable_services(options.contracts, only)
    return plans, services, left


if __name__ == "__main__":
    start(main)
