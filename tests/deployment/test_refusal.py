"""The confirmation: the risks are read first, and then the name of the environment is typed."""

import pytest

from scripts import deploy
from scripts.deployment.refusal import refusal
from scripts.deployment.request import DeploymentRequest
from scripts.observe.aws import Aws
from scripts.observe.target import Target
from scripts.observe.target_options import TargetOptions
from scripts.planning.entries import Plan
from scripts.text import prompts
from tests.for_each import for_each
from tests.shop import DEPLOYMENT, ENVIRONMENT, Shop


def answered(shop: Shop, monkeypatch: pytest.MonkeyPatch, answer: str) -> tuple[int, str]:
    """The exit code of a deployment with this answer, and the question. What is said before it is in `shop.out`."""
    asked: list[str] = []

    def ask(question: str, *_: object, **__: object) -> str:
        asked.append(question)
        return answer

    monkeypatch.setattr(prompts, "_is_terminal", lambda: True)
    monkeypatch.setattr("rich.prompt.Prompt.ask", ask)
    return shop._run(deploy.main, "--environment", ENVIRONMENT), "".join(asked)


def test_the_risks_are_read_before_the_name_is_typed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    code, question = answered(shop, monkeypatch, ENVIRONMENT)
    assert (code, question) == (0, f'Type "{ENVIRONMENT}" to deploy, anything else to leave')
    assert "risk" not in shop.out, "a creation has none"

    shop.write(DEPLOYMENT.replace("14", "7"))
    code, question = answered(shop, monkeypatch, "yes")
    assert (code, question) == (
        1,
        f'Type "{ENVIRONMENT}" to deploy, although it lowers protection, anything else to leave',
    )
    assert (
        "The plan has 1 risk: 1 lowers protection.\n\nLowers protection:\n"
        "! Orders: point-in-time recovery goes from 14 days to 7. Restore points older than 7 days are lost at once. (R203)\n"
    ) in shop.out
    assert shop.out.rstrip().endswith("lost at once. (R203)"), "nothing stands between the risks and the question"
    assert "Nothing was deployed." in shop.err


@for_each(("service", "named"), [(None, ""), ("shop", " SERVICE=shop")])
@for_each(("approved", "was"), [(None, "(none was named)"), ("12345678", "12345678")])
def test_another_plan_than_the_approved_one_is_refused_with_the_command(
    service: str | None, named: str, approved: str | None, was: str, capsys: pytest.CaptureFixture[str]
) -> None:
    request = DeploymentRequest(TargetOptions(ENVIRONMENT, service=service), approved)
    target = Target(ENVIRONMENT, Aws("eu-west-1"), ())
    plan = Plan(ENVIRONMENT, "eu-west-1", "111122223333", ())
    message = (
        f"Approved was plan {was}, but it would now be plan {plan.hash}: the live tables, the contract or the settings "
        "have changed since. Nothing was deployed. Read the new plan, then approve it: "
        f"make deploy ENV={ENVIRONMENT}{named} PLAN_HASH={plan.hash}"
    )
    assert refusal(request, target, plan, None) == (3, message)
    assert capsys.readouterr().err == f"{message}\n"


def test_in_ci_the_risks_stand_in_the_log(shop: Shop) -> None:
    shop.deployed()
    shop.write(DEPLOYMENT.replace("14", "7"))
    assert shop.deploy() == 0
    assert "! Orders: point-in-time recovery goes from 14 days to 7." in shop.out
