"""What AWS tells about many tables in one answer: asked once for all tables of a run, and shared by its threads."""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from scripts.model import AnyAlarm
from scripts.observe import stacks
from scripts.observe.aws import FAILURES, Aws, error_code
from scripts.observe.live_alarms import ALARMS_PER_CALL, read_alarms
from scripts.observe.stacks import Stack
from scripts.properties.scaling import list_scaling


class BatchReader:
    """Each list is fetched when it is first needed; a failure is remembered and raised to everybody who asks."""

    def __init__(self, aws: Aws, alarms: Iterable[AnyAlarm]) -> None:
        """`alarms`: every alarm that anyone will ask for, so that they can be fetched a hundred at a time."""
        self._aws = aws
        every = tuple(alarms)
        self._alarms = [every[start : start + ALARMS_PER_CALL] for start in range(0, len(every), ALARMS_PER_CALL)]
        self._part = {alarm.name: number for number, part in enumerate(self._alarms) for alarm in part}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()
        self._answers: dict[str, Any] = {}

    def alarms(self, wanted: Sequence[AnyAlarm]) -> tuple[AnyAlarm, ...]:
        """The live alarms that have the names of the wanted ones. Raises the errors of FAILURES, as all of these do."""
        found: dict[str, AnyAlarm] = {}
        # Threads that look at different tables fetch different hundreds, side by side.
        for number in sorted({self._part[alarm.name] for alarm in wanted}):
            found |= self.once(f"alarms {number}", partial(self._read_alarms, self._alarms[number]))
        return tuple(found[alarm.name] for alarm in wanted if alarm.name in found)

    def _read_alarms(self, part: Sequence[AnyAlarm]) -> dict[str, AnyAlarm]:
        return {alarm.name: alarm for alarm in read_alarms(self._aws, part)}

    def scaling(
        self, ids: Collection[str], policies: Collection[str]
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """The scalable targets with these resource ids, and the scaling policies with these names."""
        targets, found = self.once("scaling", self._scaling)
        named = frozenset(policies)
        return (
            [target for id in ids for target in targets.get(id, ())],
            [policy for id in ids for policy in found.get(id, ()) if policy["PolicyName"] in named],
        )

    def scaling_policies(self) -> list[dict[str, Any]]:
        """Every scaling policy of DynamoDB, whatever its name."""
        _, found = self.once("scaling", self._scaling)
        return [policy for policies in found.values() for policy in policies]

    def stacks(self) -> dict[str, Stack]:
        """Every stack of the account and Region, by its name."""
        return self.once("stacks", lambda: stacks.describe_all(self._aws))

    def stack(self, name: str) -> Stack | None:
        """One stack, None if there is none; asked for by itself where the role may not see those of others."""
        every = self._stacks_if_allowed()
        return stacks.describe(self._aws, name) if every is None else every.get(name)

    def _stacks_if_allowed(self) -> dict[str, Stack] | None:
        """Every stack; None where the role may not list them. Raises the errors of FAILURES for any other reason."""
        try:
            return self.stacks()
        except FAILURES as error:
            if error_code(error).removesuffix("Exception") != "AccessDenied":
                raise
            return None

    def owner(self, table: str, stack: str) -> str | None:
        """Another stack than `stack` that has a table, by what stacks say in their outputs, else by one call; None if no other has it.

        Raises the errors of FAILURES where that cannot be told.
        """
        every = self._stacks_if_allowed() or {}
        named = self.once("owners", lambda: {each.outputs.get("TableName"): each.name for each in every.values()})
        found = named.get(table) or self.stack_of(table)
        return found if found != stack else None

    def stack_of(self, physical_id: str) -> str | None:
        """The stack that a resource of this physical id belongs to, None if it belongs to none. One call for each."""
        return self.once(f"stack of {physical_id}", lambda: stacks.owner(self._aws, physical_id))

    def key(self, id: str) -> dict[str, Any]:
        """The metadata of a KMS key, by its ARN or alias."""
        return self.once(f"key {id}", lambda: self._aws.client("kms").describe_key(KeyId=id)["KeyMetadata"])

    def last_backups(self) -> Mapping[str, Any]:
        """When AWS Backup last made a recovery point, a datetime, by the ARN of the resource (ListProtectedResources)."""
        return self.once("last backups", self._last_backups)

    def insights(self) -> dict[str, list[dict[str, Any]]] | None:
        """The entries of ListContributorInsights by table, of the whole account; None where AWS does not list them.

        Without a table it lists those of all of them (AWS CLI reference, dynamodb list-contributor-insights, its example).
        """
        try:
            return self.once("insights", self._insights)
        except FAILURES:
            return None

    def once(self, name: str, read: Callable[[], Any]) -> Any:
        """What `read` returns or raises, asked only the first time that anyone wants `name`."""
        with self._lock:
            lock = self._locks.setdefault(name, threading.Lock())
        with lock:
            if name not in self._answers:
                try:
                    self._answers[name] = read()
                except FAILURES as error:
                    self._answers[name] = error
        answer = self._answers[name]
        if isinstance(answer, FAILURES):
            raise answer
        return answer

    def _scaling(self) -> tuple[dict[str, list[dict[str, Any]]], dict[str, list[dict[str, Any]]]]:
        """Everything that is scaled, by resource id: one list for a thousand tables instead of two calls for each."""
        targets, policies = list_scaling(self._aws)
        return _by(targets, "ResourceId"), _by(policies, "ResourceId")

    def _insights(self) -> dict[str, list[dict[str, Any]]]:
        found, dynamodb = list[dict[str, Any]](), self._aws.client("dynamodb")
        page = dynamodb.list_contributor_insights(MaxResults=100)
        while token := page.get("NextToken"):
            found += page["ContributorInsightsSummaries"]
            page = dynamodb.list_contributor_insights(MaxResults=100, NextToken=token)
        found += page["ContributorInsightsSummaries"]
        # A table is told by its name or its ARN (API reference, ContributorInsightsSummary).
        return _by([{**each, "TableName": each["TableName"].rpartition("/")[2]} for each in found], "TableName")

    def _last_backups(self) -> dict[str, Any]:
        pages = self._aws.client("backup").get_paginator("list_protected_resources").paginate()
        return {
            found["ResourceArn"]: found["LastBackupTime"]
            for page in pages
            for found in page["Results"]
            if "LastBackupTime" in found
        }


def _by(found: Iterable[dict[str, Any]], key: str) -> dict[str, list[dict[str, Any]]]:
    grouped: dict[str, list[dict[str, Any]]] = {}
    for each in found:
        grouped.setdefault(each[key], []).append(each)
    return grouped
