"""The folders that the commands read and write, and which files in them are records of deployments."""

from pathlib import Path, PurePosixPath

CONTRACTS, OUT = Path("contracts"), Path("generated")
CONTRACT = "migrationContract.json"  # of each service, in its folder
TABLES = "tables"  # the folder of a service, beside those of its environments, that holds a page for each table
SERVICE_PAGE = "README.md"  # of a service, in its folder
GENERATED = "<!-- Generated from contracts/"  # how every generated page begins
RECORDS = ("deployment.json", "deployment.md")  # written by a deployment, kept by `make generate`


def is_record(path: PurePosixPath) -> bool:
    """Whether a path under `generated/` is the record of a deployment, `<service>/<environment>/deployment.*`."""
    return len(path.parts) == 3 and path.parts[1] != TABLES and path.name in RECORDS
