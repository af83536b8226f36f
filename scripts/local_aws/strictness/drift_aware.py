"""Drift-aware change sets (DeploymentMode REVERT_DRIFT): the live state, not the last template, is what they change."""

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.registry import rule
from scripts.local_aws.strictness.table_resource import REVERTING

MODE = "REVERT_DRIFT"
TABLE = "AWS::DynamoDB::Table"
TARGET = "AWS::ApplicationAutoScaling::ScalableTarget"
Drift = dict[str, Any]  # a StackResourceDrift
Resources = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Actual:
    """The live state of the resources of a stack, where it is not as its template says.

    `properties`: by logical id, what differs, None for what the template states and is gone; `deleted`: resources that are gone; `ignored`: what AWS manages itself.
    """

    drifts: dict[str, Drift]
    properties: dict[str, dict[str, Any]] = field(default_factory=dict)
    deleted: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()

    @classmethod
    def of(cls, drifts: Mapping[str, Drift], resources: Resources) -> "Actual":
        """From the drift of each resource that can be compared."""
        scaled = {record["Properties"].get("ResourceId") for record in resources.values() if _is(record, TARGET)}
        properties, ignored = {}, set()
        for logical_id, drift in drifts.items():
            if drift["StackResourceDriftStatus"] != "MODIFIED":
                continue
            actual, expected = json.loads(drift["ActualProperties"]), json.loads(drift["ExpectedProperties"])
            found = {difference["PropertyPath"].split("/")[1] for difference in drift["PropertyDifferences"]}
            gone = found & (expected.keys() - actual.keys())
            if f"table/{drift['PhysicalResourceId']}" in scaled and "ProvisionedThroughput" in actual:
                del actual["ProvisionedThroughput"]
                ignored.add(logical_id)
            differing = {key: value for key, value in actual.items() if value != expected.get(key)}
            differing |= dict.fromkeys(gone)
            if differing:
                properties[logical_id] = differing
        deleted = {key for key, drift in drifts.items() if drift["StackResourceDriftStatus"] == "DELETED"}
        return cls(dict(drifts), properties, frozenset(deleted), frozenset(ignored))

    @property
    def status(self) -> str:
        """The StackDriftStatus."""
        return "DRIFTED" if self.properties or self.deleted or self.ignored else "IN_SYNC"

    def over(self, resources: Resources) -> Resources:
        """These resources (of a template or a stack) as they are live."""
        live = {key: made for key, made in copy.deepcopy(resources).items() if key not in self.deleted}
        for logical_id, properties in self.properties.items():
            if logical_id in live:
                merged = {**(live[logical_id].get("Properties") or {}), **properties}
                live[logical_id]["Properties"] = {key: value for key, value in merged.items() if value is not None}
        return live


def _is(record: dict[str, Any], kind: str) -> bool:
    return record.get("ResourceType") == kind


@rule(
    "revert-drift",
    "A change set with DeploymentMode REVERT_DRIFT compares the live state with the new template and brings it back, "
    "for types whose drift is detected; capacity that auto scaling manages is left alone. A resource that was deleted "
    "is made again; one whose new template is as it is live is not touched (SyncWithActual). A rollback goes back to "
    "what was live.",
    sources.DRIFT_AWARE,
)
def synced(actual: Actual, before: Resources, after: Resources) -> list[dict[str, Any]]:
    """The changes of resources whose new template says what is live: only the drift status changes."""
    live = actual.over(before)
    return [
        {
            "ResourceChange": {
                "Action": "SyncWithActual",
                "LogicalResourceId": key,
                "ResourceType": after[key]["Type"],
                "PhysicalResourceId": actual.drifts[key]["PhysicalResourceId"],
                "Scope": [],
                "Details": [],
            }
        }
        for key in actual.properties
        if key in after and live[key].get("Properties") == after[key].get("Properties")
    ]


def _described(xml: bytes, actual: Actual) -> bytes:
    """The answer of DescribeChangeSet with what is said of drift."""
    text = xml.decode()
    for logical_id, drift in actual.drifts.items():
        status = f"<ResourceDriftStatus>{drift['StackResourceDriftStatus']}</ResourceDriftStatus>"
        if logical_id in actual.ignored:
            status += (
                "<ResourceDriftIgnoredAttributes><member><Path>/Properties/ProvisionedThroughput</Path>"
                "<Reason>MANAGED_BY_AWS</Reason></member></ResourceDriftIgnoredAttributes>"
            )
        named = f"<LogicalResourceId>{logical_id}</LogicalResourceId>"
        text = text.replace(named, named + status)
    told = f"<DeploymentMode>{MODE}</DeploymentMode><StackDriftStatus>{actual.status}</StackDriftStatus>"
    return text.replace("</DescribeChangeSetResult>", told + "</DescribeChangeSetResult>").encode()


def install() -> None:
    """Show the emulator the live state in the place of the last template, while it makes and executes such a set."""
    from ministack.services.cloudformation import _change_sets, _stacks, changesets, drift, handlers, stacks

    actions, value = handlers._ACTION_HANDLERS, handlers._p

    def named(params: Any) -> dict[str, Any] | None:
        stack = handlers._resolve_stack(value(params, "StackName"))
        return changesets._find_change_set(value(params, "ChangeSetName"), stack["StackName"] if stack else "")[1]

    def actual_of(stack: dict[str, Any]) -> Actual:
        records = stack["_resources"]
        known = {key: made for key, made in records.items() if drift.supports_drift(made.get("ResourceType", ""))}
        now = stacks.now_iso()
        found = {key: drift.detect_resource_drift(stack, key, made, now) for key, made in known.items()}
        return Actual.of(found, records)

    def create(params: Any, _original: Any = actions["CreateChangeSet"]) -> Any:
        stack = handlers._resolve_stack(value(params, "StackName"))
        if value(params, "DeploymentMode") != MODE or stack is None or not stack.get("_template"):
            return _original(params)
        actual, last, before = actual_of(stack), stack["_template"], set(_change_sets)
        if not value(params, "TemplateBody") and not value(params, "TemplateURL"):
            # UsePreviousTemplate: the last template is what the live state is brought back to.
            params = {key: given for key, given in params.items() if key != "UsePreviousTemplate"}
            params["TemplateBody"] = [json.dumps(last)]
        stack["_template"] = {**last, "Resources": actual.over(last["Resources"])}
        try:
            answer = _original(params)
        finally:
            stack["_template"] = last
        for key in set(_change_sets) - before:
            change_set = _change_sets[key]
            change_set["_actual"] = actual
            alike = synced(actual, last["Resources"], change_set["_template"]["Resources"])
            change_set["Changes"] = [*change_set["Changes"], *alike]
            if alike and change_set["StatusReason"].startswith("The submitted information didn't contain changes"):
                change_set |= {"Status": "CREATE_COMPLETE", "ExecutionStatus": "AVAILABLE", "StatusReason": ""}
        return answer

    def describe(params: Any, _original: Any = actions["DescribeChangeSet"]) -> Any:
        status, headers, body = _original(params)
        change_set = named(params)
        if status == 200 and change_set and "_actual" in change_set:
            body = _described(body, change_set["_actual"])
        return status, headers, body

    def execute(params: Any, _original: Any = actions["ExecuteChangeSet"]) -> Any:
        change_set = named(params)
        if change_set and change_set["StackName"] in _stacks:
            _stacks[change_set["StackName"]]["_actual"] = change_set.get("_actual")
        return _original(params)

    deploy_original = stacks._deploy_stack_async

    async def deploy(stack_name: str, stack_id: str, *args: Any, **options: Any) -> None:
        stack, previous = _stacks[stack_name], options.get("previous_stack")
        actual = stack.pop("_actual", None)
        if actual is None or not previous:
            await deploy_original(stack_name, stack_id, *args, **options)
            return
        last = copy.deepcopy({"_template": previous["_template"], "_resources": previous["_resources"]})
        previous["_template"]["Resources"] = actual.over(previous["_template"]["Resources"])
        previous["_resources"] = actual.over(previous["_resources"])
        stack["_resources"] = actual.over(stack["_resources"])
        reverting = REVERTING.set(True)
        try:
            await deploy_original(stack_name, stack_id, *args, **options)
        finally:
            REVERTING.reset(reverting)
        if stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE":
            stack["_template"] = last["_template"]
            for logical_id, record in stack["_resources"].items():
                record["Properties"] = last["_resources"].get(logical_id, record)["Properties"]

    actions["CreateChangeSet"], actions["DescribeChangeSet"] = create, describe
    actions["ExecuteChangeSet"] = execute
    for module in (stacks, changesets, handlers):
        module._deploy_stack_async = deploy
