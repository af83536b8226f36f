"""What only the contract can keep of a live table: its keys and its indexes, in the words of a contract."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from scripts.comparison.compare import Finding
from scripts.model import INCLUDE, DesiredTable, Index, KeyAttribute, Keys, LiveTable

CONTRACT_FILE = "migrationContract.json"


def contract_words(findings: Iterable[Finding], desired: DesiredTable, live: LiveTable) -> Iterator[str]:
    """A sentence for the keys, and for each index, that the contract has in another way or not at all."""
    differing = list(findings)
    if any(f.group == "Keys" and f.property == "key schema" for f in differing):
        yield f"The keys are the contract's. To keep those of the table, write in {CONTRACT_FILE}: {_json(keys_value(live.keys))}"
    for indexes, wanted, part in (
        (live.indexes, desired.indexes, "gsis"),
        (live.local_indexes, desired.local_indexes, "lsis"),
    ):
        known = {index.name: index for index in wanted}
        for index in indexes:
            if index.name not in known:
                yield f"Index {index.name} is not in the contract. To keep it, add to {part} in {CONTRACT_FILE}: {_index(index)}"
            elif index != known[index.name]:
                yield f"Index {index.name} is the contract's. To keep it as it is, write in {CONTRACT_FILE}: {_index(index)}"


def _index(index: Index) -> str:
    types = ", ".join(map(str, index.keys.attributes))
    return f"{_json(index_value(index))} (the types of its keys: {types})"


def index_value(index: Index) -> dict[str, Any]:
    """A secondary index as an entry of `gsis` or `lsis` in a contract."""
    included = {"projected_attributes": list(index.included)} if index.projection == INCLUDE else {}
    return {"index_name": index.name, **keys_value(index.keys), "projection": index.projection, **included}


def keys_value(keys: Keys) -> dict[str, Any]:
    """A key schema as the fields `pk` and `sk` of a contract."""
    return {"pk": _names(keys.partition), **({"sk": _names(keys.sort)} if keys.sort else {})}


def _names(attributes: tuple[KeyAttribute, ...]) -> Any:
    return attributes[0].name if len(attributes) == 1 else [attribute.name for attribute in attributes]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
