"""Ask a scenario's question and hold what AWS answers against what the local AWS does."""

from time import monotonic

from botocore.exceptions import ClientError

from scripts.acceptance.cleanup import EXPIRED
from scripts.acceptance.outcome import ABSENT, AGREES, DIFFERS, NOT_TRIED, Difference, ScenarioOutcome
from scripts.acceptance.scenario import NotTried, Scenario
from scripts.acceptance.trial import Trial
from scripts.acceptance.trial_service import DEPLOYED
from scripts.observe.aws import FAILURES, HINTS, error_code, explain
from scripts.problems import ProblemsError

DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
EXPIRED_WORDS = HINTS["ExpiredToken"]
ENDED = "how it ended"
WELL = "by itself"


class CredentialsExpired(Exception):
    """Nothing can be asked any more until somebody signs in."""


def judge(scenario: Scenario, trial: Trial) -> ScenarioOutcome:
    """Run one scenario. What goes wrong in it is an answer too, but for credentials that expire.

    Raises CredentialsExpired, and KeyboardInterrupt.
    """
    began = monotonic()
    seen: dict[str, str] = {}
    ended, reason = WELL, ""
    try:
        if scenario.base and (became := trial.base.deployed) != DEPLOYED:
            raise NotTried(f"the service of the scenario create could not be deployed: {became}")
        for what, answer in scenario.observe(trial):
            seen[what] = trial.plain(answer)
    except NotTried as error:
        reason = str(error)
    except ClientError as error:
        if error_code(error) in EXPIRED:
            raise CredentialsExpired(explain(error)) from error
        if error_code(error) in DENIED:
            reason = f"the role lacks a permission: {error}"
        ended = str(error)
    except (*FAILURES, OSError, ProblemsError, LookupError) as error:
        ended = f"{type(error).__name__}: {error}"
    told = scenario.id, scenario.question
    seconds = round(monotonic() - began, 1)
    if reason:
        return ScenarioOutcome(*told, NOT_TRIED, reason=trial.plain(reason), seconds=seconds)
    found = differences(scenario, seen, trial.plain(ended))
    for each in found:
        if EXPIRED_WORDS in each.seen:  # a deployment or a validation has noticed it, and said so
            raise CredentialsExpired(each.seen)
    return ScenarioOutcome(*told, DIFFERS if found else AGREES, found, seconds=seconds)


def differences(scenario: Scenario, seen: dict[str, str], ended: str = WELL) -> tuple[Difference, ...]:
    """Where what was seen is not the scenario's answer. One that ended early lacks what comes after, which is said once."""
    found = [Difference(what, scenario.answer.get(what, ABSENT), answer) for what, answer in seen.items()]
    if ended != WELL:
        found.append(Difference(ENDED, WELL, ended))
    else:
        found += [Difference(what, answer, ABSENT) for what, answer in scenario.answer.items() if what not in seen]
    return tuple(each for each in found if each.local != each.seen)
