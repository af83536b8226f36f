"""A repository that was made from this one: its first files, the code that it has as one file, and its upgrades."""
