"""The scenarios, in the order in which they are run and listed. Importing this package registers all of them."""

# isort: off
from scripts.acceptance.scenarios import creation, stack_updates, tampering, adopted_tables, refusals

# isort: on
__all__ = ["adopted_tables", "creation", "refusals", "stack_updates", "tampering"]
