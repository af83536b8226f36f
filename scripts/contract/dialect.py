"""What a dialect of the contract is; those that are read are in `dialects`."""

from typing import NamedTuple

from scripts.contract.problem_collector import Path
from scripts.problems import Rule


class Dialect(NamedTuple):
    """How one dialect spells things. `note` is the rule that tells how it was understood, None for the main one."""

    name: str
    note: Rule | None = None
    tables: Path = ()
    table: str = "table"
    pk: str = "pk"
    sk: str = "sk"
    index_name: str = "index_name"
    item_size: str = "estimated_item_size_bytes"
    attributes_by_name: bool = False  # attributes as an object are usual
    key_objects: bool = False  # a key is {attribute_name, attribute_type}, in an index a list of them
    projection_required: bool = False

    @property
    def depth(self) -> int:
        """The length of the place of a table: a list, and the position in it; a file that is a table has it at no place."""
        return 0 if self.name == "C" else len(self.tables) + 1
