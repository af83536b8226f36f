"""Alarms and dashboards: which ones there are, how they are written, checked and read back."""
