"""The private side door of the local AWS: what LocalAws asks of its child that no AWS API can do."""

from collections.abc import Callable
from typing import Any

from scripts.local_aws import faults
from scripts.local_aws.strictness import alarm_evaluation, clock, now, quotas
from scripts.local_aws.strictness.table_recovery import backup_service, history

Body = dict[str, Any]
PREFIX = "/_local_aws/"


def _in(body: Body) -> Any:
    """The account and region that a request of the side door is about."""
    from ministack.core.responses import request_scope

    return request_scope(body["account"], body["region"])


def set_clock(body: Body) -> Body:
    """Set how long things take. See LocalAws.set_clock."""
    clock.configure(**body)
    return {}


def advance(body: Body) -> Body:
    """Move the time forward by `minutes`."""
    now.advance(body["minutes"])
    return {}


def put_metrics(body: Body) -> Body:
    """Store values of a metric of any namespace."""
    now.stop()
    metric = {"Namespace": body["namespace"], "MetricName": body["metric"], "Dimensions": body["dimensions"]}
    with _in(body):
        alarm_evaluation.put_metrics(metric, body["values"], body["unit"])
    return {}


def evaluate_alarms(body: Body) -> Body:
    """Evaluate the alarms of a region; the state of each by name."""
    with _in(body):
        problems = alarm_evaluation.evaluate_all()
        return {"problem": "; ".join(problems)} if problems else {"states": alarm_evaluation.states()}


def run_backup_plans(body: Body) -> Body:
    """Run every rule of the backup plans of a region; the ids of the backup jobs."""
    with _in(body):
        return {"jobs": backup_service.run_plans()}


def set_quotas(body: Body) -> Body:
    """Set what an account may have. See LocalAws.set_quotas."""
    quotas.configure(**body)
    return {}


def fail(body: Body) -> Body:
    """Let calls fail."""
    faults.fail(**body)
    return {}


def calls(_body: Body) -> Body:
    """The names of the calls since the last reset, in order."""
    return {"calls": faults.RECORD.calls}


def reset() -> None:
    """What the emulator's own reset does not know."""
    clock.configure()
    now.reset()
    quotas.configure()
    history.reset()
    backup_service.reset()
    faults.RECORD.reset()


CONTROLS: dict[str, Callable[[Body], Body]] = {
    "clock": set_clock,
    "advance": advance,
    "metrics": put_metrics,
    "alarms": evaluate_alarms,
    "backups": run_backup_plans,
    "quotas": set_quotas,
    "fail": fail,
    "calls": calls,
}
