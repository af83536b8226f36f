"""A table as the rules that judge whole tables see it."""

from typing import NamedTuple

from scripts.contract.dialect import Dialect
from scripts.model import ContractTable


class PlacedTable(NamedTuple):
    """A table as it was read, possibly with errors, and the dialect that names its fields."""

    table: ContractTable
    dialect: Dialect
