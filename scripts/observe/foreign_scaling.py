"""What is read only of tables that are not ours yet: what others have set up for them."""

from dataclasses import replace

from scripts.model import LiveTable, Unknown
from scripts.observe.aws import FAILURES
from scripts.observe.batch_reader import BatchReader
from scripts.properties.scaling import dimension, resource_id


def with_scaling_targets(live: LiveTable, listed: BatchReader) -> LiveTable:
    """The live table with the target values of scaling policies that have other names than ours, where they can be read."""
    if isinstance(live.scaling, Unknown) or all(scaling.target for scaling in live.scaling):
        return live
    try:
        targets = {
            (policy["ResourceId"], policy["ScalableDimension"]): round(
                policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"]
            )
            for policy in listed.scaling_policies()
            if "TargetTrackingScalingPolicyConfiguration" in policy
        }
    except FAILURES:
        return live
    return replace(
        live,
        scaling=tuple(
            replace(s, target=s.target or targets.get((resource_id(live.name, s.index), dimension(s.index, s.kind)), 0))
            for s in live.scaling
        ),
    )
