"""The form of the file. What its JSON Schema, contracts/deployment.schema.json, does not allow."""

from scripts.problems import Rule

NO_SETTINGS = Rule(
    "S101",
    "The file holds settings",
    "The file holds no settings.",
    'Begin with "environments:", then a name and its region; docs/getting-started.md has an example.',
    "A file that is there and says nothing was meant to say something.",
    "(nothing)",
    "environments: {prod-eu-west-1: {region: eu-west-1}}",
)

UNKNOWN_SETTING = Rule(
    "S102",
    "Settings are known",
    '"{key}" is no setting{of}.',
    "{hint}",
    "A setting that is misspelt, or stands at another place, would be passed over, and the default would hold instead.",
    "defaults: {traffic: {ttl: expires_at}}",
    "defaults: {ttl: expires_at}",
)

WRONG_VALUE = Rule(
    "S103",
    "Values are of the right kind and in range",
    "{found}",
    "{hint}",
    "What each setting can be is in [settings](../settings.md).",
    'defaults: {point_in_time_recovery_days: "35"}',
    "defaults: {point_in_time_recovery_days: 35}",
)
