"""All scenarios, in the order in which they are run and listed: importing a module registers what it has."""

from importlib import import_module

from scripts.acceptance.scenario import SCENARIOS

MODULES = (
    "creation",
    "stack_updates",
    "tampering",
    "adopted_tables",
    "refusals",
    "limits_in_time",
    "operations_at_night",
)
for _name in MODULES:
    import_module(f"{__name__}.{_name}")

__all__ = ["SCENARIOS"]
