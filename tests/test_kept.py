"""What is put back is what a deployment has left: as if it had been deployed here."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from scripts import plan
from scripts.local_aws import LocalAws
from tests import kept
from tests.local_aws.support import client
from tests.properties.support import deployment, update
from tests.shop import ENVIRONMENT, Shop

LIMITS = {"read": {"min": 5, "max": 50}, "write": {"min": 5, "max": 50}}
SETTINGS = deployment(
    {
        "ttl": "expires_at",
        "billing": "provisioned",
        "capacity": LIMITS,
        "stream": "NEW_IMAGE",
        "tags": {"Team": "shop"},
    },
    {"backups": {"retention_days": 90}, "encryption": "service-key", "alarm_emails": ["oncall@example.com"]},
)
# What a reset makes anew, and no deployment changes.
AFTER_RESET = (("cloudformation.wait_conditions", "_generation"), ("iam", "_aws_managed_policies"))


@pytest.fixture(autouse=True)
def nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is."""
    monkeypatch.setattr(kept, "_kept", {})
    monkeypatch.setattr(kept, "YOUNG", 3_600)


def test_what_is_put_back_is_as_it_was_left(shop: Shop, aws: LocalAws) -> None:
    shop.write(SETTINGS)
    generated = kept.files(shop.root)
    shop.deployed()
    (made,) = kept._kept.values()
    real = _seen(shop)
    answers = _answers()
    assert {"Orders", "Books"} == set(answers["list_tables"]["TableNames"])

    for _ in range(2):  # the second time after everything was changed
        _change_everything(shop, aws)
        aws.reset()
        for name in kept.files(shop.root).keys() - generated.keys():
            (shop.root / name).unlink()
        for name, content in generated.items():
            (shop.root / name).write_bytes(content)
        shop.deployed()
        assert list(kept._kept.values()) == [made], "it was not deployed again"
        again = _seen(shop)
        assert [(place, again[place], value) for place, value in real.items() if again[place] != value] == []
        assert _answers() == answers
    assert shop.problems() == []
    assert shop._run(plan.main, "--environment", ENVIRONMENT) == 0 and "2 unchanged" in shop.out


def test_it_is_done_again_when_anything_differs(shop: Shop, aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Shop, "deploy", lambda self: aws.set_clock() or made.append(self.root) or 0)
    made: list[Any] = []
    changes = (
        lambda: None,
        lambda: monkeypatch.setenv("GITHUB_ACTOR", "somebody"),
        lambda: (shop.root / "more").write_text("more"),
        lambda: aws.set_clock(index=3),
        lambda: aws.advance(1),
        lambda: monkeypatch.setattr(kept, "YOUNG", -1),
    )
    for number, change in enumerate(changes, 1):
        aws.reset()
        change()
        shop.deployed()
        assert len(made) == number
    aws.reset()
    client("dynamodb").list_tables()
    with pytest.raises(AssertionError, match="empty"):
        shop.deployed()


def _seen(shop: Shop) -> dict[Any, Any]:
    """All that the modules of the local AWS hold, all files, and what was printed last."""
    state: dict[Any, Any] = {
        (module, name): _plain(value, ())
        for module, content in list(sys.modules.items())
        if module.startswith(kept.PACKAGES)
        for name, value in list(vars(content).items())
        if not name.startswith("__") and (name.islower() or kept._holds_state(value))
    }
    for module, name in AFTER_RESET:
        del state[f"ministack.services.{module}", name]
    return state | {"files": kept.files(shop.root), "printed": (shop.out, shop.err)}


def _plain(value: Any, around: tuple[int, ...]) -> Any:
    """A value to be compared: objects without an equality of their own by what they hold."""
    around = (*around, id(value))
    if isinstance(value, str | bytes | int | float | None):
        return value
    if isinstance(value, dict):
        return {repr(key): _plain(each, around) for key, each in value.items() if id(each) not in around}
    if isinstance(value, list | tuple):
        return [_plain(each, around) for each in value if id(each) not in around]
    if isinstance(value, set):
        return sorted(map(repr, value))
    if isinstance(value, type) or not type(value).__module__.startswith(kept.PACKAGES):
        return type(value)
    return {name: _plain(getattr(value, name), around) for name in kept.attributes(value)}


def _answers() -> dict[str, Any]:
    """What the API tells of all that was deployed."""

    def ask(service: str, operation: str, **request: Any) -> Any:
        answer = getattr(client(service), operation)(**request)
        return {name: value for name, value in answer.items() if name != "ResponseMetadata"}

    def each() -> Iterator[tuple[str, Any]]:
        for service, operation in (
            ("dynamodb", "list_tables"),
            ("cloudformation", "describe_stacks"),
            ("cloudwatch", "describe_alarms"),
            ("cloudwatch", "list_dashboards"),
            ("sns", "list_topics"),
            ("sns", "list_subscriptions"),
            ("kms", "list_aliases"),
            ("backup", "list_backup_plans"),
            ("backup", "list_backup_vaults"),
        ):
            yield operation, ask(service, operation)
        yield "targets", ask("application-autoscaling", "describe_scalable_targets", ServiceNamespace="dynamodb")
        for table in ("Orders", "Books"):
            for operation in ("describe_table", "describe_time_to_live", "describe_continuous_backups"):
                yield f"{table} {operation}", ask("dynamodb", operation, TableName=table)
        for stack in client("cloudformation").describe_stacks()["Stacks"]:
            for operation in ("get_template", "describe_stack_events", "describe_stack_resources", "list_change_sets"):
                yield f"{stack['StackName']} {operation}", ask("cloudformation", operation, StackName=stack["StackId"])

    return dict(each())


def _change_everything(shop: Shop, aws: LocalAws) -> None:
    """Let nothing be as it was deployed: a setting, tables, alarms, items, the clock, and what will fail."""
    update(DeletionProtectionEnabled=False)()
    dynamodb, alarms = client("dynamodb"), client("cloudwatch")
    dynamodb.put_item(TableName="Books", Item={"isbn": {"S": "1"}})
    dynamodb.delete_table(TableName="Orders")
    alarms.delete_alarms(AlarmNames=[alarms.describe_alarms()["MetricAlarms"][0]["AlarmName"]])
    stack = f"dynamodb-{ENVIRONMENT}-shop-Books"
    client("cloudformation").update_termination_protection(StackName=stack, EnableTerminationProtection=False)
    client("cloudformation").delete_stack(StackName=stack)
    shop.write(SETTINGS.replace("90", "80"))
    aws.advance(5)
    aws.set_clock(table=7)
    aws.set_quotas(tables=1)
    aws.fail("*", "Throttling", times=100)
