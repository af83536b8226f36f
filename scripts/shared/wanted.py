"""What the shared stacks of a service are to hold, as values that can be compared with what there is."""

from collections.abc import Sequence

from scripts.model import TableState
from scripts.monitoring.alarms import service_alarms
from scripts.monitoring.notify import notify, runbook
from scripts.project import Service
from scripts.settings_source import Environment
from scripts.shared.state import SharedState, desired
from scripts.shared.templates import alarm_settings, shared_templates


def wanted_shared(service: Service, environment: Environment, states: Sequence[TableState]) -> SharedState:
    """What the shared stacks of a service are to hold, for the comparison with what there is."""
    templates = shared_templates(service, environment, states)
    dashboards = [
        resource["Properties"]["DashboardName"]
        for template in templates.values()
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::CloudWatch::Dashboard"
    ]
    told = notify(environment.name, service.name, environment.alarm_topics)
    book = runbook(service.name, service.settings.repository)
    alarms = service_alarms(environment.name, service.name, told, book, alarm_settings(service, environment))
    return desired(service.name, environment, states, dashboards, alarms)
