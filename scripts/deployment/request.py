"""What a deployment was asked for."""

from dataclasses import dataclass
from pathlib import Path

from scripts.observe.target_options import TargetOptions

NOTHING = "Nothing was deployed."


@dataclass(frozen=True, slots=True)
class DeploymentRequest:
    """The environment to deploy. `plan_hash`: the approved plan, None where none was named.

    `confirmed`: nobody needs to be asked. `minutes`: after so many it waits no longer for AWS; None: as long as it takes. `report`: where execution.json goes; None: build/deploy/<environment>.
    """

    target: TargetOptions
    plan_hash: str | None = None
    confirmed: bool = False
    report: Path | None = None
    minutes: float | None = None
