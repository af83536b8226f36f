"""Drift detection of what tables share: dashboards, composite alarms, scalable targets, keys of topics, backup vaults and plans."""

import json
from typing import Any

from scripts.local_aws.strictness import composite_alarms, scaling_api, scaling_resource, sources, topic_keys
from scripts.local_aws.strictness.backup_resource import PLAN, VAULT
from scripts.local_aws.strictness.registry import rule

DASHBOARD = "AWS::CloudWatch::Dashboard"
COMPOSITE = frozenset(
    {
        "ActionsEnabled",
        "AlarmActions",
        "AlarmDescription",
        "AlarmName",
        "AlarmRule",
        "InsufficientDataActions",
        "OKActions",
        *composite_alarms.SUPPRESSION,
    }
)
TARGET = frozenset({"MinCapacity", "MaxCapacity", "ResourceId", "ScalableDimension", "ServiceNamespace"})
Properties = dict[str, Any]


@rule(
    "drift-shared",
    "Drift is detected of dashboards, composite alarms, scalable targets, keys of topics, backup vaults and plans too; it is "
    "not detected of topic policies, backup selections and scaling policies.",
    sources.DRIFT_TYPES,
)
def install() -> None:
    """Add readers to the emulator's."""
    import ministack.services.backup as backup
    import ministack.services.cloudformation.drift as drift
    import ministack.services.cloudwatch as cloudwatch
    import ministack.services.sns as sns

    def dashboard(physical_id: str, properties: Properties) -> Properties | None:
        live = cloudwatch._dashboards.get(physical_id)
        if live is None:
            return None
        # The body is text in both; how it is laid out is no drift.
        wanted, body = properties.get("DashboardBody"), live["DashboardBody"]
        same = isinstance(wanted, str) and json.loads(wanted) == json.loads(body)
        return {"DashboardName": physical_id, "DashboardBody": wanted if same else body}

    def composite(physical_id: str, _properties: Properties) -> Properties | None:
        live = cloudwatch._composite_alarms.get(physical_id)
        return live and {name: live[name] for name in COMPOSITE if live.get(name) is not None}

    def target(physical_id: str, _properties: Properties) -> Properties | None:
        resource_id, dimension, _ = physical_id.split("|")
        live = scaling_api.STORE.targets.get((resource_id, dimension))
        return live and {name: live[name] for name in TARGET if name in live}

    def vault(physical_id: str, _properties: Properties) -> Properties | None:
        # The days in which a lock can still be changed cannot be read back, so the lock is not compared.
        return {"BackupVaultName": physical_id} if physical_id in backup._vaults else None

    def plan(physical_id: str, properties: Properties) -> Properties | None:
        found = backup._plans.get(physical_id)
        if found is None:
            return None
        live = found["BackupPlan"]
        rules = [_as_in_template(rule) for rule in live["Rules"]]
        wanted = properties["BackupPlan"]["BackupPlanRule"]
        # What is left out of a rule has a default in AWS.
        stated = [{key: rule.get(key) for key in of} for rule, of in zip(rules, wanted, strict=False)]
        rules = [*stated, *rules[len(stated) :]]
        return {"BackupPlan": {"BackupPlanName": live["BackupPlanName"], "BackupPlanRule": rules}}

    read_topic, of_topic = drift._DRIFT_READERS[topic_keys.TYPE]

    def topic(physical_id: str, properties: Properties) -> Properties | None:
        live = read_topic(physical_id, properties)
        key = sns._topics[physical_id]["attributes"].get(topic_keys.KEY) if live else None
        return live and {**live, **({topic_keys.KEY: key} if key else {})}

    drift._DRIFT_READERS[VAULT] = (vault, frozenset({"BackupVaultName"}))
    drift._DRIFT_READERS[PLAN] = (plan, frozenset({"BackupPlan"}))
    drift._DRIFT_READERS[topic_keys.TYPE] = (topic, of_topic | {topic_keys.KEY})
    drift._DRIFT_READERS[DASHBOARD] = (dashboard, frozenset({"DashboardName", "DashboardBody"}))
    drift._DRIFT_READERS[composite_alarms.TYPE] = (composite, COMPOSITE)
    drift._DRIFT_READERS[scaling_resource.TARGET] = (target, TARGET)


def _as_in_template(rule: Properties) -> Properties:
    """A rule of a plan as a template writes it."""
    return {"TargetBackupVault" if key == "TargetBackupVaultName" else key: value for key, value in rule.items()}
