"""Whether alarms reach anyone: the topics exist, CloudWatch may use them, and whoever is subscribed has confirmed."""

import contextlib
import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from scripts.comparison.expectation import Expectation
from scripts.comparison.key_expectations import described
from scripts.comparison.shared_state import SharedResources
from scripts.observe.aws import FAILURES, Aws
from scripts.observe.batch_reader import BatchReader

CLOUDWATCH = "cloudwatch.amazonaws.com"
MAY_PUBLISH = "lets CloudWatch publish"


def topic_facts(aws: Aws, listed: BatchReader, wanted: SharedResources) -> Iterator[Expectation]:
    """Each topic that alarms notify; of our own topics also key, policy and subscriptions."""
    ours = {topic["TopicName"]: topic for topic in wanted.resources("AWS::SNS::Topic")}
    for name in dict.fromkeys((*wanted.notify.people, *wanted.notify.feed)):
        arn = topic_arn(aws, name)
        yield Expectation("Alarms", name, "alarm topic", "exists", partial(_exists, aws, listed, arn))
        if name in ours and _is_read(aws, listed, arn):
            yield from _settings(aws, listed, name, arn, ours[name])
    arn = topic_arn(aws, wanted.notify.people[0])
    for subscription in wanted.resources("AWS::SNS::Subscription"):
        address = subscription["Endpoint"]
        if not _is_read(aws, listed, arn):
            return
        yield Expectation(
            "Alarms",
            address,
            "e-mail subscription",
            "confirmed",
            partial(_subscribed, aws, listed, arn, address),
        )


def topic_arn(aws: Aws, name: str) -> str:
    """The ARN of a topic that is stated by its name, or by its ARN already."""
    return name if name.startswith("arn:") else f"{aws.arn('sns')}:{name}"


def subscriptions(aws: Aws, listed: BatchReader, arn: str) -> dict[str, str]:
    """Who is subscribed to a topic: the endpoint to `confirmed` or `not confirmed`."""

    def read() -> dict[str, str]:
        pages = aws.client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=arn)
        return {
            found["Endpoint"]: "confirmed" if found["SubscriptionArn"].startswith("arn:") else "not confirmed"
            for page in pages
            for found in page["Subscriptions"]
        }

    return listed.once(f"subscriptions {arn}", read)


def nobody_listens(aws: Aws, listed: BatchReader, wanted: SharedResources) -> list[str]:
    """The topics for people that exist, but to which nobody is subscribed; those that cannot be read are left out."""
    silent = []
    for name in wanted.notify.people:
        arn = topic_arn(aws, name)
        try:
            attributes = _attributes(aws, listed, arn)
        except FAILURES:
            continue
        if not int(attributes.get("SubscriptionsConfirmed", 0)) + int(attributes.get("SubscriptionsPending", 0)):
            silent.append(name)
    return silent


def _attributes(aws: Aws, listed: BatchReader, arn: str) -> dict[str, str]:
    return listed.once(f"topic {arn}", lambda: aws.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"])


def _exists(aws: Aws, listed: BatchReader, arn: str) -> str:
    return "exists" if _attributes(aws, listed, arn) else ""


def _subscribed(aws: Aws, listed: BatchReader, arn: str, address: str) -> str:
    return subscriptions(aws, listed, arn).get(address, "")


def _is_read(aws: Aws, listed: BatchReader, arn: str) -> bool:
    """Whether a topic is there; if not, or if nobody may say, that is reported once and for all."""
    with contextlib.suppress(*FAILURES):
        return bool(_attributes(aws, listed, arn))
    return False


def _settings(aws: Aws, listed: BatchReader, name: str, arn: str, properties: dict[str, Any]) -> Iterator[Expectation]:
    key = properties.get("KmsMasterKeyId", "")
    encrypted = "with a key of its own, enabled, rotated" if isinstance(key, dict) else f"with {key}" if key else "none"
    yield Expectation(
        "Alarms",
        name,
        "encryption of the alarm topic",
        encrypted,
        lambda: _encryption(aws, listed, arn, bool(key), key),
    )
    yield Expectation("Alarms", name, "policy of the alarm topic", MAY_PUBLISH, lambda: _policy(aws, listed, arn))


def _encryption(aws: Aws, listed: BatchReader, arn: str, wanted: bool, stated: Any) -> str:
    key = _attributes(aws, listed, arn).get("KmsMasterKeyId", "")
    if not key or not wanted:
        return f"with {key}" if key else "none"
    return f"with {key}" if isinstance(stated, str) else f"with a key of its own, {described(aws, listed, key)}"


def _policy(aws: Aws, listed: BatchReader, arn: str) -> str:
    """Whether some statement lets CloudWatch publish. Its conditions are not judged: they are those of the template."""
    statements = json.loads(_attributes(aws, listed, arn).get("Policy") or "{}").get("Statement", [])
    for statement in [statements] if isinstance(statements, dict) else statements:
        principal = statement.get("Principal", {})
        services = principal.get("Service", []) if isinstance(principal, dict) else []
        actions = {action.lower() for action in _listed(statement.get("Action", []))}
        if (
            statement.get("Effect") == "Allow"
            and CLOUDWATCH in _listed(services)
            and actions & {"sns:publish", "sns:*"}
        ):
            return MAY_PUBLISH
    return "does not let CloudWatch publish"


def _listed(value: Any) -> list[Any]:
    return [value] if isinstance(value, str) else list(value)
