"""A run of the acceptance from the first look at the account to the report: whatever happens, what it made is removed."""

import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scripts.acceptance import guard, shell
from scripts.acceptance.acceptance_report import show, show_outcome, write
from scripts.acceptance.budget import chosen, confirmed, left_out, lines
from scripts.acceptance.cleanup import EXPIRED, Left, clean, leftovers
from scripts.acceptance.judge import CredentialsExpired, judge
from scripts.acceptance.outcome import LOCAL, NOT_TRIED, REAL, RunReport, ScenarioOutcome
from scripts.acceptance.own_names import BACKUP_ROLE, new_run
from scripts.acceptance.scenario import Scenario
from scripts.acceptance.trial import Trial
from scripts.command import Refused
from scripts.local_aws import LocalAws, LocalAwsError
from scripts.observe.aws import FAILURES, Aws, error_code, explain
from scripts.observe.commit import commit, commit_words
from scripts.project.services import read_services
from scripts.text import prompts

REGION = "us-east-1"
ATTEMPTS = 5  # to remove everything, while credentials expire
SIGN_IN = "The credentials have expired. Sign in again"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "backup.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class AcceptanceOptions:
    """What to ask and where. `sandbox`: an account, "1" for that of the credentials, None for the local AWS."""

    sandbox: str | None
    region: str
    only: Sequence[str]
    long: bool
    clean: bool
    yes: bool
    contracts: Path
    out: Path
    report: Path


def accept(options: AcceptanceOptions, local: LocalAws | None = None, say: Say = print) -> int:
    """Run the scenarios; 0 if all agree, or with `clean` if nothing is left, else 1. `local`: a local AWS that runs already.

    Raises Refused, ProblemsError and the errors of `aws.FAILURES` before anything is made.
    """
    wanted = chosen(options.only, options.long)
    with _connected(options, local) as used:
        aws = Aws(options.region)
        services = read_services(options.contracts) if options.sandbox and options.contracts.is_dir() else []
        if options.sandbox:
            guard.refuse_account(aws, options.sandbox, services, options.out)
        if options.clean:
            return _cleaned(aws, options, say)
        guard.refuse_region(aws)
        if options.sandbox and not local:
            guard.refuse_role(aws)
        guard.refuse_leftovers(aws, f"make acceptance SANDBOX={aws.account} REGION={aws.region} CLEAN=1")
        guard.refuse_quotas(aws, wanted)
        say(f"{len(wanted)} scenarios in {aws.region}, {f'account {aws.account}' if options.sandbox else LOCAL}:")
        for line in lines(wanted):
            say(line)
        if options.sandbox and not options.yes and not confirmed(aws.account):
            say("Nothing was made.")
            return 1
        report = RunReport(
            datetime.now(UTC).strftime("%Y-%m-%d"),
            aws.region,
            REAL if options.sandbox else LOCAL,
            commit_words(commit()),
        )
        try:
            _ask(options, wanted, aws, used, report, say)
        finally:
            write(report, options.report)
        show(report, options.report, say)
        return 0 if _good(report) else 1


def _good(report: RunReport) -> bool:
    agree = all(each.outcome != "differs" for each in report.outcomes)
    return agree and not report.problem and not report.left


def _ask(
    options: AcceptanceOptions,
    wanted: Sequence[Scenario],
    aws: Aws,
    local: LocalAws | None,
    report: RunReport,
    say: Say,
) -> None:
    """Run the scenarios one after the other, then remove everything, however they end. Fills `report`."""
    run = new_run()
    say(f"Everything that is made is named tcat-{run}-... or dynamodb-tcat-{run}-...\n")
    with tempfile.TemporaryDirectory(prefix="acceptance-") as temporary, contextlib.ExitStack() as stack:
        folder = Path(temporary)
        (folder / "bin").mkdir()
        commands = stack.enter_context(shell.stand_in(folder / "bin")) if local else shell.cli()
        if local:
            make_backup_role(aws)
        trial = Trial(run, aws, folder, commands, local)
        asked = iter(wanted)
        try:
            for each in asked:
                outcome = judge(each, trial)
                report.outcomes.append(outcome)
                show_outcome(outcome, say)
        except CredentialsExpired as error:
            report.problem = str(error)
        except BaseException as error:
            report.problem = "Stopped by Ctrl-C." if isinstance(error, KeyboardInterrupt) else f"Failed: {error}"
            raise
        finally:
            tried = {each.id for each in report.outcomes}
            for each in wanted:
                if each.id not in tried:
                    report.outcomes.append(
                        ScenarioOutcome(each.id, each.question, NOT_TRIED, reason="the run ended before")
                    )
            for each in left_out(wanted):
                reason = "only with LONG=1" if each.long else "not among ONLY="
                report.outcomes.append(ScenarioOutcome(each.id, each.question, NOT_TRIED, reason=reason))
            report.left = [line.replace(aws.account, "ACCOUNT") for line in _removed(aws, run, say).lines()]
            options.report.mkdir(parents=True, exist_ok=True)
            (options.report / "log.txt").write_text(trial.log.getvalue(), encoding="utf-8")


def make_backup_role(aws: Aws) -> None:
    """The role that policies/roles.yaml makes in a sandbox account, with which nothing is ever backed up."""
    with contextlib.suppress(aws.client("iam").exceptions.EntityAlreadyExistsException):
        aws.client("iam").create_role(RoleName=BACKUP_ROLE, AssumeRolePolicyDocument=json.dumps(TRUST))


def _removed(aws: Aws, run: str, say: Say) -> Left:
    """Remove what a run has made. When the credentials have expired, those of a person who has signed in again are used."""
    say("\nRemoving everything that was made")
    what, again = f"what the run {run} has made", f"make acceptance SANDBOX={aws.account} REGION={aws.region} CLEAN=1"
    for attempt in range(ATTEMPTS):
        try:
            if attempt:
                aws = _signed_in(aws, ask=attempt > 1)
            return clean(aws, run)
        except Refused as error:
            return Left([what], {what: f"{error} Then run: {again}"})
        except FAILURES as error:
            if error_code(error) not in EXPIRED:
                return Left([what], {what: f"{explain(error)} Run: {again}"})
    return Left([what], {what: f"{SIGN_IN} and run: {again}"})


def _signed_in(aws: Aws, ask: bool) -> Aws:
    """A connection with what credentials there are now, after asking for them. Raises Refused when nobody answers."""
    if ask:
        try:
            prompts.ask(f"{SIGN_IN} in another terminal, then press Enter here", "", default="go on")
        except Refused:
            raise Refused(f"{SIGN_IN}.") from None
    fresh = Aws(aws.region)
    if fresh.account != aws.account:
        raise Refused(f"These are credentials of account {fresh.account}. Sign in to {aws.account}.")
    return fresh


def _cleaned(aws: Aws, options: AcceptanceOptions, say: Say) -> int:
    """Remove what all runs have left here, which is shown before; in an account a person confirms it. Raises Refused."""
    found = leftovers([aws.region])
    if found and options.sandbox and not options.yes:
        for line in found:
            say(line)
        if not confirmed(aws.account, "remove these", "The removal"):
            say("Nothing was removed.")
            return 1
    left = clean(aws, tell=say)
    for line in left.lines():
        print(f"LEFT    {line}", file=sys.stderr)
    if left.things:
        print(f"{len(left.things)} things are left. Remove them by hand, or run the command again.", file=sys.stderr)
        return 1
    say(f"Nothing is left in {aws.region}. Keys that wait for their deletion go by themselves, and cost nothing.")
    return 0


@contextlib.contextmanager
def _connected(options: AcceptanceOptions, local: LocalAws | None) -> Iterator[LocalAws | None]:
    """Set the environment for boto3; yields the local AWS where it is that. Raises Refused."""
    if options.sandbox or local:
        yield local
        return
    kept = dict(os.environ)
    try:
        with LocalAws.start() as started:
            for name in [name for name in os.environ if name.startswith("AWS_")]:
                del os.environ[name]
            os.environ.update(started.environment, AWS_DEFAULT_REGION=options.region)
            yield started
    except LocalAwsError as error:
        raise Refused(str(error)) from None
    finally:
        os.environ.clear()
        os.environ.update(kept)
