"""The strictness: each module holds a few rules and, where needed, an `install` that puts them into the emulator."""

from importlib import import_module

from scripts.local_aws.rules.registry import RULES, Rule

# In the order in which they are installed: the API of tables wraps what the settings of tables have put there.
MODULES = ("table_settings", "table_api", "table_resource", "alarms", "stacks", "change_sets", "drift")


def all_rules() -> dict[str, Rule]:
    """Every rule by its id."""
    for name in MODULES:
        import_module(f"{__name__}.{name}")
    return RULES


def install_all() -> None:
    """Put every rule into the imported emulator. Call once, before it serves."""
    for name in MODULES:
        import_module(f"{__name__}.{name}").install()
