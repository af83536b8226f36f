"""Write the record of every service of an environment: deployment.json and deployment.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.files import json_text, write_atomically
from scripts.folders import records_folder, way_back
from scripts.input_file import read_text
from scripts.locking import locked
from scripts.observe.batch_reader import BatchReader
from scripts.observe.target import ServiceEnvironment, Target
from scripts.recording import record_inputs
from scripts.recording.origin import origin
from scripts.recording.record_content import record, stacks_of
from scripts.recording.record_files import merged, read_record
from scripts.recording.record_inputs import Report
from scripts.recording.record_page import to_markdown
from scripts.recording.unfinished import mended

JSON, MARKDOWN = "deployment.json", "deployment.md"
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Written:
    """One record: where it is, and whether it says anything new; or that there is nothing to say."""

    path: Path
    changed: bool
    nothing: bool = False  # it was never deployed; there is no record then

    @property
    def words(self) -> str:
        """What became of it, for whoever ran the command."""
        if self.nothing:
            service, environment = self.path.parts[-3:-1]
            return f"{service} was never deployed in {environment}: there is nothing to record."
        return f"Recorded in {self.path}" if self.changed else f"{self.path} says so already; it was left as it was."


def record_environment(
    target: Target,
    out: Path,
    execution: Report | None = None,
    plan: Report | None = None,
    validation: Report | None = None,
) -> list[Written]:
    """Write the record of every service of a target; one for each of them. `out`: the folder `generated`; of the local AWS beside it.

    `execution`, `plan` and `validation` are the contents of execution.json, plan.json and validation.json. Without the
    first the record tells what the stacks tell. Of a deployment that was refused there is nothing to record: it changed
    nothing. Reads AWS only; raises the errors of `aws.FAILURES`, Refused while another run records the same, and OSError.
    """
    if execution and execution["outcome"] == REFUSED:
        return []
    execution = execution and mended(execution, target.aws)
    # An execution says itself where it comes from; one of before did not yet.
    made = origin(target.aws) if execution and "by" not in execution else {}
    listed = BatchReader(target.aws, ())
    written = []
    for place in target.places:
        # What is written depends on the record that is there, which another run may be replacing.
        folder = records_folder(out, target.aws.endpoint) / place.service.name / place.environment.name
        with locked(folder, f"recording {place.environment.name}"):
            written.append(_record(target, listed, place, out, folder, made, execution, plan, validation))
    return written


def write_record(out: Path, content: Mapping[str, Any]) -> Written:
    """Write a record, as JSON and as a page, to its place under `out`, or beside it; a file that says so already is left alone."""
    service, environment = content["service"], content["environment"]
    records = records_folder(out, content["endpoint"] or "")
    folder = records / service / environment
    texts = {
        JSON: json_text(content),
        MARKDOWN: to_markdown(content, way_back(records, out, service, environment)),
    }
    stale = [name for name, text in texts.items() if _text(folder / name) != text]
    for name in stale:
        write_atomically(folder / name, texts[name])
    return Written(folder / JSON, bool(stale))


def _record(
    target: Target,
    listed: BatchReader,
    place: ServiceEnvironment,
    out: Path,
    folder: Path,
    made: Mapping[str, Any],
    execution: Report | None,
    plan: Report | None,
    validation: Report | None,
) -> Written:
    old = read_record(folder / JSON)
    ended = old["deployment"]["ended"] if old else None
    if execution and ended and ended > execution["ended"]:  # of a deployment before the recorded one
        execution, made = None, {}
    if validation and record_inputs.is_older(validation, execution or (old and old["deployment"])):
        validation = None
    retired = _retired(old, place)
    live = {name: listed.stack(name) for name in (*stacks_of(place), *retired)}
    if old is None and not any(live.values()) and not (execution or {}).get("stacks", {}).keys() & live.keys():
        return Written(folder / JSON, changed=False, nothing=True)
    summary = record_inputs.validation_of(place.service.name, validation)
    new = record(place, target.aws.account, target.aws.endpoint, live, made, execution, plan, summary, retired)
    return write_record(out, merged(old, new))


def _retired(old: Mapping[str, Any] | None, place: ServiceEnvironment) -> dict[str, str]:
    """Tables that were recorded and are no longer in the contract: name of the stack to name of the table."""
    if old is None:
        return {}
    known = {stack["stack"]: stack["table"] for stack in old["tables"].values()} | old["retired"]
    present = stacks_of(place)
    return {name: table for name, table in known.items() if name not in present}


def _text(path: Path) -> str | None:
    try:
        return read_text(path)
    except (OSError, ValueError):
        return None
