"""Services of environments that have been deployed, and that no deployment.yaml names any more: known by the records that they have left."""

import json
from collections.abc import Collection, Iterator, Mapping
from glob import escape
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from scripts.folders import RECORDS, is_record
from scripts.input_file import read_text


class RetiredPlace(NamedTuple):
    """One service in an environment, as its last record has it. `tables`: the stacks of its tables, `shared`: its other ones.

    `folder`: that of the record.
    """

    service: str
    environment: str
    region: str
    account: str
    tables: frozenset[str]
    shared: frozenset[str]
    cost: str = ""  # a month, estimated at its last deployment; empty: the record does not say
    folder: Path = Path()

    @property
    def stacks(self) -> frozenset[str]:
        """All stacks that the record has."""
        return self.tables | self.shared


def retired_places(
    records: Path, wanted: Collection[tuple[str, str]], environment: str | None = None, service: str | None = None
) -> Iterator[RetiredPlace]:
    """Those of one environment and service, or of all, in the order of their names.

    `wanted`: service and environment of all that are not left.

    `records`: the folder of records. What is no record is passed over.
    """
    here = "/".join(escape(name) if name else "*" for name in (service, environment))
    for path in sorted(records.glob(f"{here}/{RECORDS[0]}")):
        name = PurePosixPath(path.relative_to(records))
        if is_record(name) and name.parts[:2] not in wanted and (found := _read(path)):
            yield found


def _read(path: Path) -> RetiredPlace | None:
    try:
        content = json.loads(read_text(path))
        return _place(path, content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _place(path: Path, content: Mapping[str, Any]) -> RetiredPlace:
    tables = frozenset({*(each["stack"] for each in content["tables"].values()), *content["retired"]})
    service, environment = path.parts[-3:-1]  # where it is says whose it is
    region, account, cost = (str(content.get(key) or "") for key in ("region", "account", "cost"))
    return RetiredPlace(service, environment, region, account, tables, frozenset(content["shared"]), cost, path.parent)
