"""Whether the record of the last deployment has a table that is not there any more, and of whose stack nothing is left."""

from pathlib import Path

from scripts.folders import records_folder
from scripts.observe.aws import Aws
from scripts.observe.target import ServiceEnvironment
from scripts.recording.record_content import recorded_endpoint
from scripts.recording.record_files import read_record

RECORD = "deployment.json"


def is_recorded(aws: Aws, of: ServiceEnvironment, out: Path, table: str) -> bool:
    """Whether a table was there, by its name in AWS, in this account, Region and AWS. `out`: the folder `generated`."""
    record = read_record(records_folder(out, aws.endpoint) / of.service.name / of.environment.name / RECORD)
    here = (aws.account, aws.region, recorded_endpoint(aws.endpoint))
    if record is None or (record["account"], record["region"], record["endpoint"]) != here:
        return False
    return any(entry["table"] == table and entry["status"] for entry in record["tables"].values())
