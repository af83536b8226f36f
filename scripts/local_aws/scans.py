"""Makes the emulator's walks over everything that it holds cheap: the same answers, for thousands of alarms and tables.

The emulator asks for the account and Region of the request at every entry of a store, compares each alarm with each
wanted name, and reads the rules of all composite alarms again whenever one changes.
"""

import functools
from collections.abc import Callable, Iterator
from typing import Any


def scoped(store: Any) -> Iterator[tuple[Any, Any]]:
    """Key and value of what a store holds for the account (and Region) of the request, in the order of insertion."""
    prefix = store._prefix()
    if isinstance(prefix, tuple):
        account, region = prefix
        # A copy: a request that is served meanwhile may change the store.
        return ((key[2], value) for key, value in list(store._data.items()) if key[0] == account and key[1] == region)
    return ((key[1], value) for key, value in list(store._data.items()) if key[0] == prefix)


WALKS: dict[str, Callable[[Any], Any]] = {
    "__iter__": lambda store: iter([key for key, _ in scoped(store)]),
    "__len__": lambda store: sum(1 for _ in scoped(store)),
    "__bool__": lambda store: next(scoped(store), None) is not None,
    "keys": lambda store: [key for key, _ in scoped(store)],
    "values": lambda store: [value for _, value in scoped(store)],
    "items": lambda store: list(scoped(store)),
}


def install() -> None:
    """Put these in the place of the emulator's own."""
    from ministack.core import responses
    from ministack.services import cloudwatch

    for store in (responses.AccountScopedDict, responses.AccountRegionScopedDict):
        for name, walk in WALKS.items():
            setattr(store, name, walk)

    def describe_alarms(
        params: Any, data: Any, is_cbor: bool, is_json: bool = False, _original: Any = cloudwatch._describe_alarms
    ) -> tuple[Any, ...]:
        if isinstance(data, dict) and isinstance(data.get("AlarmNames"), list):
            data = {**data, "AlarmNames": frozenset(data["AlarmNames"])}  # only ever asked what it contains
        return _original(params, data, is_cbor, is_json)

    original = cloudwatch._composite_children

    @functools.lru_cache(maxsize=10_000)
    def children(rule: str, _account: str, _region: str) -> tuple[str, ...]:
        return tuple(original({"AlarmRule": rule}))

    def composite_children(alarm: dict[str, Any]) -> list[str]:
        # An ARN in a rule counts for the account and Region of the request only.
        return list(children(alarm.get("AlarmRule", ""), responses.get_account_id(), responses.get_region()))

    cloudwatch._describe_alarms = describe_alarms
    cloudwatch._composite_children = composite_children
