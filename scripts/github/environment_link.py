"""The page of an environment under `generated/`, to which GitHub's list of deployments links."""

from pathlib import Path

from scripts.folders import OUT


def environment_link(environment: str) -> str:
    """The path of the environment's page; of the folder of all services where several have the environment, or none has it."""
    pages = list(Path(OUT).glob(f"*/{environment}/README.md"))
    return pages[0].as_posix() if len(pages) == 1 else str(OUT)
