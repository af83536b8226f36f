"""Whether the KMS keys that tables need are there and can be used."""

from collections.abc import Iterator
from functools import partial

from scripts import names
from scripts.comparison.expectation import Expectation
from scripts.comparison.shared_state import SharedResources
from scripts.observe.aws import Aws
from scripts.observe.batch_reader import BatchReader


def key_facts(aws: Aws, listed: BatchReader, wanted: SharedResources) -> Iterator[Expectation]:
    """The service's own key must be enabled and rotated; keys of others must be enabled: their rotation is theirs."""
    alias = names.key_alias(wanted.environment.name, wanted.service.name)
    for key in dict.fromkeys(str(state.encryption) for state in wanted.states):
        if key == alias:
            yield Expectation(
                "Settings", key, "key of the tables", "enabled, rotated", partial(described, aws, listed, key)
            )
        elif key.startswith("arn:"):
            yield Expectation("Settings", key, "key of the tables", "enabled", partial(_state, listed, key))


def described(aws: Aws, listed: BatchReader, key: str) -> str:
    """`enabled, rotated`, or in what state a key is instead."""
    found = listed.key(key)
    if not found["Enabled"]:
        return _enabled(found)
    rotated = listed.once(
        f"rotation {found['KeyId']}",
        lambda: aws.client("kms").get_key_rotation_status(KeyId=found["KeyId"])["KeyRotationEnabled"],
    )
    return "enabled, rotated" if rotated else "enabled, not rotated"


def _state(listed: BatchReader, id: str) -> str:
    return _enabled(listed.key(id))


def _enabled(key: dict[str, object]) -> str:
    return "enabled" if key["Enabled"] else str(key["KeyState"])
