"""The plan: what a deployment would do to each table, in plain words, before it does anything."""
