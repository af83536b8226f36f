"""The folders that the commands read and write, and which files in them are records of deployments."""

import os
import sys
from pathlib import Path, PurePosixPath

# Of the repository that the code belongs to, which need not be the working directory; the code may be unpacked elsewhere.
ROOT = Path(str(sys.modules["scripts"].__file__)).parents[1]
CONTRACTS, OUT = Path("contracts"), Path("generated")
CONTRACT, DEPLOYMENT = "migrationContract.json", "deployment.yaml"  # of each service, in its folder
NO_SERVICE_YET = f"There is no service yet. Create {CONTRACTS}/<service>/{CONTRACT}."
TABLES = "tables"  # the folder of a service, beside those of its environments, that holds a page for each table
SERVICE_PAGE = "README.md"  # of a service, in its folder
GENERATED = "<!-- Generated from contracts/"  # how every generated page begins
RECORDS = ("deployment.json", "deployment.md")  # written by a deployment, kept by `make generate`
LOCAL_RECORDS = Path("build") / "local-aws"  # of an AWS on this machine, beside `generated`; git ignores build/


def no_service_yet(contracts: Path = CONTRACTS) -> bool:
    """Whether there is a folder of contracts, and nothing in it that may be a service. Raises OSError where it cannot be read."""
    return contracts.is_dir() and not any(
        entry.is_dir() or entry.is_symlink() for entry in contracts.iterdir() if not entry.name.startswith(".")
    )


def is_record(path: PurePosixPath) -> bool:
    """Whether a path under `generated/` is the record of a deployment, `<service>/<environment>/deployment.*`."""
    return len(path.parts) == 3 and path.parts[1] != TABLES and path.name in RECORDS


def is_loopback(endpoint: str) -> bool:
    """Whether an address is on this machine, where nobody else's calls are in the way."""
    from ipaddress import ip_address  # which hardly any run needs
    from urllib.parse import urlsplit

    try:
        host = urlsplit(endpoint).hostname or ""
    except ValueError:
        return False
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")  # RFC 6761, section 6.3
    return address.is_loopback or address.is_unspecified


def records_folder(out: Path, endpoint: str) -> Path:
    """The folder of the records for the DynamoDB at an address: `out`, the folder `generated`, or beside it for one on this machine.

    It is laid out as `generated` is: `<service>/<environment>/`.
    """
    return out.parent / LOCAL_RECORDS if is_loopback(endpoint) else out


def way_back(records: Path, out: Path, service: str, environment: str) -> str:
    """How a link leads from the folder of a record to that of the same environment in `generated`: empty, or ending with a slash."""
    if records == out:
        return ""
    return f"{os.path.relpath(out / service / environment, records / service / environment)}/".replace(os.sep, "/")
