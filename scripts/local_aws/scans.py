"""Makes the emulator's walks over everything that it holds cheap: the same answers, for thousands of alarms and tables.

The emulator asks for the account and Region of the request at every entry of a store, walks over all alarms to find
those that are asked for by name, reads the rules of all composite alarms again whenever one changes, decodes a form
twice, and copies templates as if they could hold anything.
"""

import copy
import functools
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Any

from scripts.local_aws.service_models.wire import form_pairs

# The names that are all that a request is about; None when it is about everything.
_asked: ContextVar[frozenset[str] | None] = ContextVar("_asked", default=None)


def scoped(store: Any) -> Iterator[tuple[Any, Any]]:
    """Key and value of what a store holds for the account (and Region) of the request, in the order of insertion."""
    prefix = store._prefix()
    if isinstance(prefix, tuple):
        account, region = prefix
        # A copy: a request that is served meanwhile may change the store.
        return ((key[2], value) for key, value in list(store._data.items()) if key[0] == account and key[1] == region)
    return ((key[1], value) for key, value in list(store._data.items()) if key[0] == prefix)


def items(store: Any) -> list[tuple[Any, Any]]:
    """As `scoped`, and only of the names that the request asks for, in any order, if it asks for some."""
    asked = _asked.get()
    return list(scoped(store)) if asked is None else [(name, store[name]) for name in asked if name in store]


WALKS: dict[str, Callable[[Any], Any]] = {
    "__iter__": lambda store: iter([key for key, _ in scoped(store)]),
    "__len__": lambda store: sum(1 for _ in scoped(store)),
    "__bool__": lambda store: next(scoped(store), None) is not None,
    "keys": lambda store: [key for key, _ in scoped(store)],
    "values": lambda store: [value for _, value in scoped(store)],
    "items": items,
}


def form(body: str, keep_blank_values: bool = False) -> dict[str, list[str]]:
    """As `urllib.parse.parse_qs`, but a form that is read several times for one request is decoded once."""
    read: dict[str, list[str]] = {}
    for key, value in form_pairs(body):
        if value or keep_blank_values:
            read.setdefault(key, []).append(value)
    return read


def copied(value: Any) -> Any:
    """As `copy.deepcopy`, for what JSON can hold and nothing is in twice: a fifth of the time."""
    kind = type(value)
    if kind is str:
        return value
    if kind is dict:
        return {key: copied(each) for key, each in value.items()}
    if kind is list:
        return [copied(each) for each in value]
    return copy.deepcopy(value)


def install() -> None:
    """Put these in the place of the emulator's own."""
    import ministack.app as app
    from ministack.core import responses
    from ministack.services import cloudformation, cloudwatch
    from ministack.services.cloudformation import changesets, handlers, stacks

    app.parse_qs = cloudformation.parse_qs = form
    for module in (changesets, handlers, stacks):
        module.copy = SimpleNamespace(deepcopy=copied)

    for store in (responses.AccountScopedDict, responses.AccountRegionScopedDict):
        for name, walk in WALKS.items():
            setattr(store, name, walk)

    def describe_alarms(
        params: Any, data: Any, is_cbor: bool, is_json: bool = False, _original: Any = cloudwatch._describe_alarms
    ) -> tuple[Any, ...]:
        names = data.get("AlarmNames") if isinstance(data, dict) else None
        asked = frozenset(names) if names and isinstance(names, list) else None
        before = _asked.set(asked)
        try:
            return _original(params, {**data, "AlarmNames": asked} if asked else data, is_cbor, is_json)
        finally:
            _asked.reset(before)

    original = cloudwatch._composite_children

    @functools.lru_cache(maxsize=10_000)
    def children(rule: str, _account: str, _region: str) -> tuple[str, ...]:
        return tuple(original({"AlarmRule": rule}))

    def composite_children(alarm: dict[str, Any]) -> list[str]:
        # An ARN in a rule counts for the account and Region of the request only.
        return list(children(alarm.get("AlarmRule", ""), responses.get_account_id(), responses.get_region()))

    cloudwatch._describe_alarms = describe_alarms
    cloudwatch._composite_children = composite_children
