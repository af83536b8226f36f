"""Prove that a table can be written: one marked item is put, read everywhere, updated and deleted again.

The item has a key that is made for it, so that it is nobody else's, and is only ever changed on condition that it is
still ours. Whoever reads the table's stream sees it come and go.
"""

import base64
import json
import secrets
import shlex
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from scripts.comparison.compare import MATCH, MISMATCH, UNKNOWN, Finding
from scripts.model import DesiredTable, Index
from scripts.observe.aws import FAILURES, Aws, error_code, explain
from scripts.validation.patience import Patience
from scripts.validation.probe import REFUSALS, query

MARKER = "validation_probe"  # the attribute that marks the item; its value is unique to the run
TEXT = "put by scripts.validate --write-probe, to be deleted"
EXPIRES_AFTER = 3600  # seconds until time to live removes the item, should it ever be left behind
INDEX_PATIENCE = 30.0  # seconds in which a global secondary index must show an item; it takes well under one
NUMBER_DIGITS = 37  # DynamoDB numbers have 38 significant digits (developer guide, naming rules and data types)
REFUSED = REFUSALS | {"ConditionalCheckFailedException"}


@dataclass(frozen=True, slots=True)
class Item:
    """The item of a probe. `values`: attribute name to typed value, as in the API."""

    table: str
    key: dict[str, Any]
    values: dict[str, Any]
    marker: str
    token: str


def probe_item(desired: DesiredTable, now: float) -> Item:
    """An item with every key attribute of the table and its indexes, a marker, and an end by time to live."""
    token = secrets.token_hex(16)
    keyed = {
        key.name: key.type
        for keys in (desired.keys, *(index.keys for index in (*desired.indexes, *desired.local_indexes)))
        for key in keys.attributes
    }
    marker = MARKER
    while marker in keyed or marker == desired.ttl_attribute:
        marker += "_"
    values = {name: _unique(type, token) for name, type in keyed.items()}
    if desired.ttl_attribute and desired.ttl_attribute not in keyed:
        values[desired.ttl_attribute] = {"N": str(int(now) + EXPIRES_AFTER)}
    values[marker] = {"S": f"{TEXT} ({token})"}
    key = {part.name: values[part.name] for part in desired.keys.attributes}
    return Item(desired.name, key, values, marker, token)


def _unique(type: str, token: str) -> dict[str, Any]:
    """A value of a key that nothing else has: 128 random bits; a number below zero, where keys are rare."""
    if type == "N":
        return {"N": str(-(int(token, 16) % 10**NUMBER_DIGITS) - 1)}
    text = f"{MARKER}-{token}"
    return {"S": text} if type == "S" else {"B": text.encode()}


class WriteProbe:
    """The probe of one table. `found` are its findings in the end."""

    def __init__(self, aws: Aws, desired: DesiredTable, patience: Callable[[float], Patience] = Patience) -> None:
        self._dynamodb = aws.client("dynamodb")
        self._desired = desired
        self._patience = patience
        self._item = probe_item(desired, time.time())
        self._region = aws.region

    def run(self) -> tuple[Finding, ...]:
        """One finding for each thing tried; what was put is deleted in any case."""
        return tuple(self._steps())

    def _steps(self) -> Iterator[Finding]:
        try:
            put = self._try("put", self._put)
            yield put
            if put.outcome == MATCH:
                yield self._try("read", lambda: self._is_read({}))
                for index in self._desired.local_indexes:
                    yield self._try("read", partial(self._is_in, index, consistent=True), index.name)
                for index in self._desired.indexes:
                    yield self._try("read", partial(self._appears_in, index), index.name)
                yield self._try("update", self._update)
        finally:
            # Also when the put was answered with an error: a lost answer does not mean that nothing was put.
            deleted = self._try("delete", self._delete)
        if put.outcome == MATCH or deleted.outcome != MATCH:
            yield deleted

    def _try(self, what: str, work: Callable[[], str], index: str = "") -> Finding:
        named = (self._desired.name, "Access", index, f"write probe: {what}")
        try:
            reason = work()
        except FAILURES as error:
            code = error_code(error)
            outcome = MISMATCH if code in REFUSED else UNKNOWN
            reason = explain(error) + self._left_behind(what)
            return Finding(*named, outcome, "works", "refused", reason, code=code)
        if reason:
            return Finding(*named, MISMATCH, "works", "does not work", reason + self._left_behind(what))
        return Finding(*named, MATCH, "works", "works")

    def _left_behind(self, what: str) -> str:
        """How to delete by hand what could not be deleted."""
        if what != "delete":
            return ""
        key = json.dumps({name: _as_json(value) for name, value in self._item.key.items()}, separators=(",", ":"))
        name = shlex.quote(self._desired.name)
        return (
            " The item of the probe may be left behind. Delete it: "
            f"aws dynamodb delete-item --table-name {name} --key {shlex.quote(key)} --region {self._region}"
        )

    @property
    def _ours(self) -> dict[str, Any]:
        """The condition that the item is still the one that this probe has put."""
        return {
            "ConditionExpression": "#marker = :marker",
            "ExpressionAttributeNames": {"#marker": self._item.marker},
            "ExpressionAttributeValues": {":marker": self._item.values[self._item.marker]},
        }

    def _put(self) -> str:
        first = next(iter(self._item.key))
        self._dynamodb.put_item(
            TableName=self._item.table,
            Item=self._item.values,
            ConditionExpression="attribute_not_exists(#key)",
            ExpressionAttributeNames={"#key": first},
        )
        return ""

    def _get(self) -> dict[str, Any]:
        answer = self._dynamodb.get_item(TableName=self._item.table, Key=self._item.key, ConsistentRead=True)
        return answer.get("Item", {})

    def _is_read(self, more: dict[str, Any]) -> str:
        return "" if self._get() == {**self._item.values, **more} else "a consistent read returns something else."

    def _is_in(self, index: Index, consistent: bool = False) -> str:
        request = query(self._item.table, index.name, index.keys, self._item.values, consistent)
        found = self._dynamodb.query(**request)["Items"]
        mine = any(all(item.get(name) == value for name, value in self._item.key.items()) for item in found)
        return "" if mine else "the item that was put is not found through it."

    def _appears_in(self, index: Index) -> str:
        """A global secondary index follows its table a moment later."""
        reason = ""
        for _ in self._patience(INDEX_PATIENCE).rounds():
            reason = self._is_in(index)
            if not reason:
                break
        return reason

    def _update(self) -> str:
        more = {f"{self._item.marker}_updated": {"S": self._item.token}}
        condition = self._ours
        ((name, value),) = more.items()
        condition["ExpressionAttributeNames"]["#more"] = name
        condition["ExpressionAttributeValues"][":more"] = value
        self._dynamodb.update_item(
            TableName=self._item.table, Key=self._item.key, UpdateExpression="SET #more = :more", **condition
        )
        return self._is_read(more)

    def _delete(self) -> str:
        try:
            self._dynamodb.delete_item(TableName=self._item.table, Key=self._item.key, **self._ours)
        except FAILURES as error:
            if error_code(error) != "ConditionalCheckFailedException":  # it is not there, or not ours
                raise
        left = self._get()
        return "it is still there." if left.get(self._item.marker) == self._item.values[self._item.marker] else ""


def _as_json(value: dict[str, Any]) -> dict[str, Any]:
    """A typed value as the command line takes it: binary values in base64."""
    return {type: base64.b64encode(v).decode() if isinstance(v, bytes) else v for type, v in value.items()}
