"""The plan: what a deployment would do to each table, in plain words, before it does anything."""

LIVE = "live"  # what a plan is made against, when that is no revision of git
WARNINGS = "warnings.json"  # beside the reports of plans: what is doubted in the contracts and their settings
