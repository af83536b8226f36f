"""A taskcat project on disk: the copies and the configuration, in a folder of their own, because taskcat uploads all of it."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import yaml

from scripts.acceptance.own_names import run_prefix
from scripts.files import write_atomically
from scripts.sandbox.copies import Copy

CONFIG = ".taskcat.yml"


def write_project(folder: Path, copies: Sequence[Copy], regions: Sequence[str], run: str) -> Path:
    """Write the project, in place of an older one, and return the path of its configuration.

    Every copy is tried in every Region. taskcat uploads the project to the bucket `bucket_name(run)`, which must exist.
    """
    if folder.exists():
        shutil.rmtree(folder)
    for made in copies:
        write_atomically(folder / template_path(made), json.dumps(made.template, indent=1, ensure_ascii=False) + "\n")
    config = {
        "project": {
            "name": bucket_name(run),
            "s3_bucket": bucket_name(run),
            "regions": list(regions),
            "package_lambda": False,  # else taskcat wants Docker
        },
        "tests": {made.name: {"template": template_path(made), "stack_name": made.stack} for made in copies},
    }
    write_atomically(folder / CONFIG, yaml.safe_dump(config, sort_keys=False))
    return folder / CONFIG


def bucket_name(run: str) -> str:
    """The bucket of a run. Bucket names are one for the whole world: the run makes it unique."""
    return f"{run_prefix(run)}templates"


def template_path(made: Copy) -> str:
    """Where the template of a copy stands in the project."""
    return f"templates/{made.name}.json"
