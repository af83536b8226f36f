"""The page of a service in an environment under `generated/`, to which GitHub's list of deployments links."""

from pathlib import Path

from scripts.folders import OUT


def environment_link(environment: str, service: str) -> str:
    """The path of the page; of the folder of all services where there is none."""
    page = Path(OUT) / service / environment / "README.md"
    return page.as_posix() if page.is_file() else str(OUT)
