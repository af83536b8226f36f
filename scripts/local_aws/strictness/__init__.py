"""The strictness: each module holds a few rules and, where needed, an `install` that puts them into the emulator."""

from importlib import import_module

from scripts.local_aws.strictness.registry import RULES, StrictRule

# In the order in which they are installed: the API of tables wraps what the settings of tables have put there.
MODULES = (
    "service_model",
    "table_settings",
    "table_recovery.continuous_backups",
    "table_encryption",
    "throughput_limits",
    "table_features",
    "table_policies",
    "table_tags",
    "table_api",
    "data_plane",
    "table_recovery.restores",
    "table_recovery.on_demand",
    "table_recovery.exports",
    "table_creating",
    "table_resource",
    "alarm_api",
    "composite_alarms",
    "alarm_evaluation",
    "scaling_service",
    "scaling_resource",
    "backup_api",
    "table_recovery.backup_service",
    "backup_resource",
    "dashboards",
    "topic_keys",
    "replacement",
    "taken_names",
    "gone_resources",
    "stack_api",
    "direct_operations",
    "operation_events",
    "change_set_api",
    "stack_policy_document",
    "template_errors",
    "no_update",
    "stack_resources",
    "drift_detection",
    "drift_shared",
    "drift_aware",
)


def all_rules() -> dict[str, StrictRule]:
    """Every rule by its id."""
    for name in MODULES:
        import_module(f"{__name__}.{name}")
    return RULES


def install_all() -> None:
    """Put every rule into the imported emulator. Call once, before it serves."""
    for name in MODULES:
        import_module(f"{__name__}.{name}").install()
