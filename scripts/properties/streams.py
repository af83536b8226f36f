"""What leaves a table as it changes, and who may see into it: streams, Contributor Insights, the resource policy, tags."""

import json
import re
import shlex
from collections.abc import Mapping
from typing import Any

from scripts import names
from scripts.model import DesiredTable, LiveTable, ModesByTarget, Tags, Unknown
from scripts.properties.aws_answers import error_code
from scripts.properties.base import ARN, DesiredSetting, Property, Reading, settled
from scripts.properties.exceptions import insights_accepted

_ROOT = re.compile(r"arn:aws[a-z-]*:iam::([0-9]{12}):root")
INSIGHTS = {"all-keys": "ACCESSED_AND_THROTTLED_KEYS", "throttled-keys": "THROTTLED_KEYS"}


def _stream(reading: Reading) -> str:
    found = reading.description.get("StreamSpecification", {})
    return found.get("StreamViewType", "") if found.get("StreamEnabled") else ""


def _kinesis(reading: Reading) -> str | Unknown:
    answer = reading.ask("describe_kinesis_streaming_destination", TableName=reading.name)
    for destination in answer.get("KinesisDataStreamDestinations", []):
        status = settled(
            destination["DestinationStatus"], {"ACTIVE", "DISABLED", "ENABLE_FAILED"}, "the Kinesis stream"
        )
        if not isinstance(status, str):
            return status
        if status == "ACTIVE":
            return destination["StreamArn"]
    return ""


def _insights(reading: Reading) -> ModesByTarget | Unknown:
    """The mode of the table and of each index that the desired state knows, in its order."""
    on = _watched(reading)
    modes: list[tuple[str, str]] = []
    for target, _ in reading.desired.insights:
        mode = _mode(reading, target) if target in on else "off"
        if not isinstance(mode, str):
            return mode
        modes.append((target, mode))
    return tuple(modes)


def _watched(reading: Reading) -> set[str]:
    """The table ("") and the indexes that are watched, by the list of the whole account where there is one.

    That a wanted one is not in it is not enough to call it off: then AWS is asked about this table.
    """
    listed = reading.listed.insights() if reading.listed else None
    if listed is not None:
        answer = {"ContributorInsightsSummaries": listed.get(reading.name, [])}
        on = _on(reading.look_at("list_contributor_insights", answer))
        if {target for target, mode in reading.desired.insights if mode != "off"} <= on:
            return on
    pages = [reading.ask("list_contributor_insights", TableName=reading.name, MaxResults=100)]
    while pages[-1].get("NextToken"):
        token = pages[-1]["NextToken"]
        pages.append(reading.ask("list_contributor_insights", TableName=reading.name, MaxResults=100, NextToken=token))
    return set().union(*map(_on, pages))


def _on(answer: Mapping[str, Any]) -> set[str]:
    return {
        entry.get("IndexName", "")
        for entry in answer["ContributorInsightsSummaries"]
        if entry.get("ContributorInsightsStatus") != "DISABLED"
    }


def _mode(reading: Reading, index: str) -> str | Unknown:
    """How the table ("") or an index is watched. Asked singly, because AWS answers only 5 such questions a second."""
    request = {"TableName": reading.name, **({"IndexName": index} if index else {})}
    found = reading.ask("describe_contributor_insights", **request)
    status = settled(found["ContributorInsightsStatus"], {"ENABLED", "DISABLED", "FAILED"}, "Contributor Insights")
    if status == "ENABLED":
        return found.get("ContributorInsightsMode", INSIGHTS["all-keys"])
    return "off" if isinstance(status, str) else status


def _wanted_insights(wanted: DesiredSetting) -> ModesByTarget:
    mode = INSIGHTS.get(wanted.settings["contributor_insights"], "off")
    return tuple((target, mode) for target in ("", *(index.name for index in wanted.table.indexes)))


def _render_insights(state: DesiredTable, target: str) -> dict[str, Any]:
    mode = dict(state.insights).get(target, "off")
    return {"ContributorInsightsSpecification": {"Enabled": True, "Mode": mode}} if mode != "off" else {}


def _policy(reading: Reading) -> str:
    try:
        answer = reading.ask("get_resource_policy", ResourceArn=reading.description["TableArn"])
    except reading.dynamodb.exceptions.ClientError as error:
        if error_code(error) == "PolicyNotFoundException":
            return ""
        raise
    return canonical(json.loads(answer["Policy"]))


def canonical(policy: dict[str, Any]) -> str:
    """A policy document as text that is the same for the same content; empty for an empty one."""
    return json.dumps(policy, sort_keys=True, separators=(",", ":")) if policy else ""


def _same_policy(desired: str, live: str) -> bool:
    """Whether two policies say the same: AWS writes accounts as the ARNs of their root users, and single values bare."""
    return _meaning(json.loads(desired or "{}")) == _meaning(json.loads(live or "{}"))


def _meaning(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _meaning(content) for key, content in value.items()}
    if isinstance(value, list):
        contents = sorted(map(_meaning, value), key=lambda content: json.dumps(content, sort_keys=True))
        return contents[0] if len(contents) == 1 else contents
    root = _ROOT.fullmatch(value) if isinstance(value, str) else None
    return root[1] if root else value


def _tags(reading: Reading) -> Tags:
    pages = reading.dynamodb.get_paginator("list_tags_of_resource").paginate(
        ResourceArn=reading.description["TableArn"]
    )
    tags = [
        (tag["Key"], tag["Value"])
        for page in pages
        for tag in reading.look_at("list_tags_of_resource", page).get("Tags", [])
    ]
    return tuple(sorted(tag for tag in tags if not tag[0].startswith("aws:")))


def _stream_fix(name: str, desired: str, live: str) -> str:
    """Off before on: UpdateTable refuses another view type on a stream that is on."""
    command = f"aws dynamodb update-table --table-name {name} --stream-specification "
    wait = [f"aws dynamodb wait table-exists --table-name {name}"] if live and desired else []
    off = [command + "StreamEnabled=false"] if live else []
    return "\n".join([*off, *wait, *([f"{command}StreamEnabled=true,StreamViewType={desired}"] if desired else [])])


def _insights_fix(name: str, desired: ModesByTarget, live: ModesByTarget) -> str:
    found = dict(live)
    return "\n".join(
        f"aws dynamodb update-contributor-insights --table-name {name}"
        + (f" --index-name {shlex.quote(index)}" if index else "")
        + " --contributor-insights-action "
        + ("DISABLE" if mode == "off" else f"ENABLE --contributor-insights-mode {mode}")
        for index, mode in desired
        if found.get(index) != mode
    )


def _keep_insights(_settings: Mapping[str, Any], live: LiveTable) -> dict[str, Any] | str:
    """One setting for the table and all indexes; an index that is not there yet has no mode to keep."""
    there = {"", *(index.name for index in live.indexes)}
    modes = {mode for target, mode in dict(live.insights).items() if target in there}  # type: ignore[arg-type]
    if len(modes) != 1:
        return "one setting holds for the table and all of its indexes, which are watched in different ways"
    words = {mode: word for word, mode in INSIGHTS.items()} | {"off": "off"}
    return {"contributor_insights": words[modes.pop()], **insights_accepted(live)}


def _keep_tags(settings: Mapping[str, Any], live: LiveTable) -> dict[str, Any] | str:
    """The values that the tags of the settings have; a tag that is not there cannot be kept away singly."""
    found = dict(live.tags)  # type: ignore[arg-type]
    kept = {key: found[key] for key in settings["tags"] if key in found}
    if kept or not settings["tags"]:
        return {"tags": kept} if kept else "they say whose the table is"
    return {"tags": {}}


STREAM: Property[str] = Property(
    "stream",
    "stream",
    desired=lambda wanted: wanted.settings["stream"],
    read=_stream,
    render=lambda state: {"StreamSpecification": {"StreamViewType": state.stream}} if state.stream else {},
    shown=lambda value: value or "off",
    fix=_stream_fix,
    keep=lambda _settings, live: {"stream": live.stream},
    key="StreamSpecification",
)
KINESIS_STREAM: Property[str] = Property(
    "kinesis_stream",
    "Kinesis stream",
    desired=lambda wanted: wanted.settings["kinesis_stream"],
    read=_kinesis,
    render=lambda state: (
        {"KinesisStreamSpecification": {"StreamArn": state.kinesis_stream}} if state.kinesis_stream else {}
    ),
    shown=lambda value: value or "off",
    fix=lambda name, desired, live: "\n".join(
        f"aws dynamodb {verb}-kinesis-streaming-destination --table-name {name} --stream-arn {shlex.quote(stream)}"
        for verb, stream in (("disable", live), ("enable", desired))
        if stream
    ),
    keep=lambda _settings, live: {"kinesis_stream": live.kinesis_stream},
    key="KinesisStreamSpecification",
)
CONTRIBUTOR_INSIGHTS: Property[ModesByTarget] = Property(
    "insights",
    "Contributor Insights",
    desired=_wanted_insights,
    read=_insights,
    render=lambda state: _render_insights(state, ""),
    render_index=_render_insights,
    shown=lambda value: (
        ", ".join(f"{f'index {name}' if name else 'table'} {mode}" for name, mode in value)
        if any(mode != "off" for _, mode in value)
        else "off"
    ),
    fix=_insights_fix,
    keep=_keep_insights,
    key="ContributorInsightsSpecification",
    no_risk="it only observes; what it costs is in the estimate",
)
RESOURCE_POLICY: Property[str] = Property(
    "resource_policy",
    "resource policy",
    desired=lambda wanted: canonical(wanted.settings["resource_policy"]),
    read=_policy,
    render=lambda state: (
        {"ResourcePolicy": {"PolicyDocument": json.loads(state.resource_policy)}} if state.resource_policy else {}
    ),
    matches=_same_policy,
    fix=lambda _name, desired, _live: (
        f"aws dynamodb put-resource-policy --resource-arn {ARN} --policy {shlex.quote(desired)}"
        if desired
        else f"aws dynamodb delete-resource-policy --resource-arn {ARN}"
    ),
    keep=lambda _settings, live: {"resource_policy": json.loads(str(live.resource_policy) or "{}")},
    key="ResourcePolicy",
)
TAGS: Property[Tags] = Property(
    "tags",
    "tags",
    desired=lambda wanted: tuple(sorted(_all_tags(wanted).items())),
    read=_tags,
    render=lambda state: {"Tags": [{"Key": key, "Value": value} for key, value in state.tags]},
    shown=lambda value: ", ".join(f"{key}={text}" for key, text in value) or "none",
    # Tags that others add (cost tools) are theirs to keep.
    matches=lambda desired, live: set(desired) <= set(live),
    fix=lambda _name, desired, live: (
        f"aws dynamodb tag-resource --resource-arn {ARN} --tags "
        + shlex.quote(json.dumps([{"Key": key, "Value": value} for key, value in desired if (key, value) not in live]))
    ),
    keep=_keep_tags,
    no_risk="they change nothing about the table; of those that backups go by, the shared stack tells",
)


def _all_tags(wanted: DesiredSetting) -> dict[str, str]:
    environment = wanted.environment
    ours = {"Service": wanted.service, "Environment": environment.name}
    if environment.encryption_policy != "any":
        ours["EncryptionPolicy"] = environment.encryption_policy  # the policy rule on encryption reads it
    if environment.backups:
        ours["BackupPlan"] = names.backup_vault(environment.name, wanted.service)  # the backup selection reads it
    return {**wanted.settings["tags"], **ours}
