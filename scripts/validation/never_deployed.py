"""Services of which nothing is there, and that no record says were there: they differ in everything, which is one fact and not many."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from shlex import quote
from typing import NamedTuple

from scripts.folders import records_folder
from scripts.observe.aws import Aws
from scripts.observe.batch_reader import BatchReader
from scripts.observe.retired_tables import GONE
from scripts.observe.target import ServiceEnvironment
from scripts.recording.record_content import recorded_endpoint, stacks_in, stacks_of
from scripts.recording.record_files import read_record

RECORD = "deployment.json"


class NeverDeployed(NamedTuple):
    """A service that was never deployed here. `elsewhere`: where its last record says it was deployed; empty: nowhere."""

    service: str
    environment: str
    elsewhere: str = ""

    @property
    def sentence(self) -> str:
        """What is so, and what to do, up to the command."""
        nothing = f"{self.service} was never deployed here: none of its stacks and tables is there"
        if self.elsewhere:
            return (
                f"{nothing}, and its last record is of {self.elsewhere}. Use the credentials and the Region of that one, or "
                "deploy it here, too:"
            )
        return f"{nothing}, and no record says that one was. To deploy it:"

    @property
    def command(self) -> str:
        """What deploys it."""
        return f"make deploy ENV={quote(self.environment)} SERVICE={quote(self.service)}"


def never_deployed(
    aws: Aws, listed: BatchReader, places: Sequence[ServiceEnvironment], present: Collection[str], out: Path
) -> Iterator[NeverDeployed]:
    """Those of the places of which there is no table, no stack and no record of one here.

    `present`: the services that have a table there. `out`: the folder `generated`.

    Raises the errors of FAILURES.
    """
    for place in places:
        if place.service.name in present or _has_stack(listed, place):
            continue
        name = place.service.name, place.environment.name
        record = read_record(records_folder(out, aws.endpoint) / name[0] / name[1] / RECORD)
        if record is None or not any(stack["status"] for stack in stacks_in(record).values()):
            yield NeverDeployed(*name)
        elif (record["account"], record["region"]) != (aws.account, aws.region):
            yield NeverDeployed(*name, elsewhere=f"{record['region']}, account {record['account']}")
        elif record["endpoint"] != recorded_endpoint(aws.endpoint):
            yield NeverDeployed(*name)  # of a local AWS that has ended


def _has_stack(listed: BatchReader, place: ServiceEnvironment) -> bool:
    stacks = listed.stacks()
    return any(name in stacks and stacks[name].status not in GONE for name in stacks_of(place))
