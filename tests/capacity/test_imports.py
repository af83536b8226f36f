"""Capacity and cost can be used where nothing but Python itself is installed."""

import subprocess
import sys

import pytest

MODULES = [
    "scripts.capacity.advice",
    "scripts.limits",
    "scripts.capacity.traffic",
    "scripts.capacity.traffic_check",
    "scripts.capacity.estimate",
    "scripts.capacity.cost_lines",
]


@pytest.mark.parametrize("module", MODULES)
def test_no_library_is_needed(module: str) -> None:
    program = (
        f"import sys, {module}; sys.exit(any(name in sys.modules for name in ('boto3', 'rich', 'jsonschema', 'yaml')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_capacity_does_not_know_cost() -> None:
    program = f"import sys, {', '.join(MODULES[:4])}; sys.exit(any(name.startswith(('scripts.capacity.prices', 'scripts.capacity.cost')) for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
