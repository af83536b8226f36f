"""Least-privilege IAM policies for the applications that use the tables of a service."""

from scripts.access.documents import to_json
from scripts.access.roles import policies

__all__ = ["policies", "to_json"]
