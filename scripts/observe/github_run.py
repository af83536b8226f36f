"""The run of GitHub Actions that a command is part of."""

import os
from collections.abc import Mapping


def run_url(environment: Mapping[str, str] = os.environ) -> str:
    """The address of the run; empty outside of GitHub Actions."""
    parts = [environment.get(f"GITHUB_{name}") for name in ("SERVER_URL", "REPOSITORY", "RUN_ID")]
    return f"{parts[0]}/{parts[1]}/actions/runs/{parts[2]}" if all(parts) else ""
