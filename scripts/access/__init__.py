"""Least-privilege IAM policies for the applications that use the tables of a service."""

from scripts.access.documents import to_json
from scripts.access.roles import Policies, policies, role_policies, table_policies

__all__ = ["Policies", "policies", "role_policies", "table_policies", "to_json"]
