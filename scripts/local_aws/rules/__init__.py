"""The strictness: each module holds a few rules and, where needed, an `install` that puts them into the emulator."""

from importlib import import_module

from scripts.local_aws.rules.registry import RULES, Rule

# In the order in which they are installed: the API of tables wraps what the settings of tables have put there.
MODULES = (
    "service_model",
    "table_settings",
    "recovery.continuous_backups",
    "encryption",
    "throughput",
    "table_features",
    "resource_policies",
    "table_tags",
    "table_api",
    "data_plane",
    "recovery.restores",
    "recovery.on_demand",
    "recovery.exports",
    "creating",
    "table_resource",
    "alarms",
    "composite_alarms",
    "alarm_evaluation",
    "scaling_service",
    "scaling_resource",
    "backup_api",
    "recovery.backup_service",
    "backup_resource",
    "dashboards",
    "topics",
    "replacement",
    "names",
    "gone_resources",
    "stacks",
    "execution",
    "operation_events",
    "change_sets",
    "stack_policy_document",
    "template_errors",
    "no_update",
    "stack_resources",
    "drift",
    "drift_shared",
    "revert_drift",
)


def all_rules() -> dict[str, Rule]:
    """Every rule by its id."""
    for name in MODULES:
        import_module(f"{__name__}.{name}")
    return RULES


def install_all() -> None:
    """Put every rule into the imported emulator. Call once, before it serves."""
    for name in MODULES:
        import_module(f"{__name__}.{name}").install()
