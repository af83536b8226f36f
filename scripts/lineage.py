"""Data lineage: how the value of an attribute is made in MySQL, where it is more than the copy of a column.

Texts are SQL, or as the contract has them; an empty text is something that the contract does not say.
"""

from typing import NamedTuple


class Lookup(NamedTuple):
    """The rows of another table that belong to a row, and what is taken from them."""

    table: str = ""
    conditions: tuple[str, ...] = ()  # all of them hold
    select: str = ""
    when: str = ""  # polymorphic-lookup: the value of the type column


class Join(NamedTuple):
    """A value that comes from rows of other tables."""

    type: str  # one of JOINS of `scripts.contract.input_limits`; empty: no kind that is known
    lookups: tuple[Lookup, ...] = ()  # chain: each step; polymorphic-lookup: each branch; else one
    alias: str = ""  # self-join: the name that the table has in the condition
    decides: str = ""  # conditional: the condition; polymorphic-lookup: the type column
    otherwise: str = ""  # the value when there is no such row
    separator: str = ""  # chain: between the values of all steps; empty: the value is that of the last one
    shape: str = ""  # json-construction: array or object
    fields: tuple[tuple[str, str], ...] = ()  # json-construction: (name in the JSON, what is taken)
    order: str = ""
    limit: str = ""


class Calculation(NamedTuple):
    """A value that is computed: an aggregate of other rows, or a choice between cases."""

    type: str  # one of CALCULATIONS; empty: no kind that is known
    operation: str = ""  # aggregate: COUNT, SUM, ...
    lookup: Lookup = Lookup()
    cases: tuple[tuple[str, str], ...] = ()  # case: (condition, value)
    otherwise: str = ""


class Transformation(NamedTuple):
    """How a value is written, after joins and calculations."""

    type: str  # one of TRANSFORMATIONS; empty: no kind that is known
    format: str = ""
