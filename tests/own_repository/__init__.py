"""A repository that was made from this one."""
