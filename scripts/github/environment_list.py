"""The environments of all deployment.yaml, for the matrix of a workflow; what GitHub could not deploy is refused."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from scripts.command import Refused
from scripts.limits import MATRIX_JOBS
from scripts.observe.retired_records import retired_places
from scripts.problems import did_you_mean
from scripts.project.services import Service
from scripts.settings.environment_order import environment_order, waves

RESERVED = ("plan", "sandbox")  # environments of the workflows themselves


def environments(services: Sequence[Service], only: str = "") -> list[dict[str, Any]]:
    """The environments of the services, in their order, each once; or only the one of that name, and those it comes after.

    `wave`: when it is offered, from 1; `after`: what has to be deployed before. With `only`, `deploy` is False for the others:
    they are only looked at.

    Raises Refused for a name that is not known or means two places, and for more than a matrix holds.
    """
    found: dict[str, dict[str, Any]] = {}
    for service in services:
        for environment in service.environments:
            name = environment.name
            if environment.region is None:
                raise Refused(
                    f"{service.name} names no Region. Add contracts/{service.name}/deployment.yaml with its environments."
                )
            if name in RESERVED:
                raise Refused(f'No environment can be called "{name}": the workflows use that name. Rename it.')
            here = {"environment": name, "region": environment.region, "account": environment.account or ""}
            known = found.setdefault(name, here)
            for field in ("region", "account"):
                if known[field] and here[field] and known[field] != here[field]:
                    raise Refused(
                        f"{name} has the {field} {known[field]} and, in {service.name}, {here[field]}. One approval is for one "
                        "Region and account: give the services different environments."
                    )
            known["account"] = known["account"] or here["account"]
    if only and only not in found:
        hint = did_you_mean(only, list(found))
        raise Refused(f'There is no environment "{only}". {hint or "Known: " + ", ".join(found)}')
    order = environment_order(environment for service in services for environment in service.environments)
    numbers = waves(order)
    chosen = [
        {**here, "after": order[name], "wave": 1 if only else numbers[name], "deploy": only in ("", name)}
        for name, here in found.items()
        if only in ("", name) or name in order[only]
    ]
    return _no_more_than_a_matrix_holds(chosen)


def with_retired(
    chosen: Sequence[dict[str, Any]], services: Sequence[Service], left_out: Collection[str], records: Path
) -> list[dict[str, Any]]:
    """The environments, and those that only records have any more, which are looked at and not deployed.

    `left_out`: services that cannot be used, of which it is not known which environments they have. `records`: the folder
    `generated`. One that another service still has is among the chosen ones already. Raises Refused for more than a matrix holds.
    """
    wanted = {(service.name, environment.name) for service in services for environment in service.environments}
    found = {place["environment"]: place for place in chosen}
    for left in retired_places(records, wanted):
        if left.service not in left_out:
            here = {"environment": left.environment, "region": left.region, "account": left.account}
            found.setdefault(left.environment, {**here, "after": (), "wave": 1, "deploy": False})
    return _no_more_than_a_matrix_holds(list(found.values()))


def _no_more_than_a_matrix_holds(chosen: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if len(chosen) > MATRIX_JOBS.most:
        raise Refused(
            f"There are {len(chosen)} environments; one workflow run can have {MATRIX_JOBS.most}. Split the repository."
        )
    return chosen
