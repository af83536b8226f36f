"""Drift detection of what tables share: dashboards, composite alarms, scalable targets."""

import json
from typing import Any

from scripts.local_aws.rules import composite_alarms, scaling_api, scaling_resource, sources
from scripts.local_aws.rules.registry import rule

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
    "Drift is detected of dashboards, composite alarms and scalable targets too.",
    sources.DRIFT_TYPES,
)
def install() -> None:
    """Add readers to the emulator's."""
    import ministack.services.cloudformation.drift as drift
    import ministack.services.cloudwatch as cloudwatch

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

    drift._DRIFT_READERS[DASHBOARD] = (dashboard, frozenset({"DashboardName", "DashboardBody"}))
    drift._DRIFT_READERS[composite_alarms.TYPE] = (composite, COMPOSITE)
    drift._DRIFT_READERS[scaling_resource.TARGET] = (target, TARGET)
