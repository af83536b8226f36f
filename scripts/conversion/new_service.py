"""Write the files of a new service: both at once, and over files that are there only when told to."""

import os
import shutil
from pathlib import Path

from scripts.command import Refused
from scripts.conversion.adopting_files import Files
from scripts.files import write_atomically
from scripts.folders import CONTRACT, DEPLOYMENT
from scripts.project.services import SERVICE_NAME


def service_folder(contracts: Path, service: str, overwrite: bool) -> Path:
    """The folder of a service that may be written. Raises Refused before anything is asked of AWS."""
    if not SERVICE_NAME.fullmatch(service):
        raise Refused(
            f'"{service}" cannot be the name of a service. Write lower-case letters, digits and -, 2 to 61 characters.'
        )
    folder = contracts / service
    there = [name for name in (CONTRACT, DEPLOYMENT) if os.path.lexists(folder / name)]
    if there and not overwrite:
        raise Refused(
            f"{folder} has {' and '.join(there)} already. Choose another name with --service, or write over them with "
            "--overwrite."
        )
    return folder


def write_files(folder: Path, files: Files) -> tuple[Path, ...]:
    """Write the files and return their paths. A new folder appears with all of them, or not at all. Raises OSError."""
    texts = {CONTRACT: files.contract, **({DEPLOYMENT: files.deployment} if files.deployment else {})}
    if folder.exists():
        for name, text in texts.items():
            write_atomically(folder / name, text)
    else:
        # Nobody takes a folder for a service whose name begins with a dot.
        temporary = folder.parent / f".writing-{os.urandom(8).hex()}"
        try:
            for name, text in texts.items():
                write_atomically(temporary / name, text)
            temporary.rename(folder)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
    return tuple(folder / name for name in texts)
