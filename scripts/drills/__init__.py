"""Restore drills: a table is restored to a copy, compared with it, and the copy is deleted."""
