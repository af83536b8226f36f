"""Update scripts/capacity/prices.json from the price list files that AWS publishes; nothing else in the project asks for them."""

import argparse
import json
import sys
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from scripts.capacity.price_list import PRODUCTS, OfferError, address, read_offer, updated
from scripts.capacity.prices import PRICES_FILE
from scripts.command import Refused, run_command
from scripts.entry import start
from scripts.files import write_atomically
from scripts.input_file import read_text

_SECONDS = 60  # of waiting for a file of a few megabytes
Read = Callable[[str, str], str]


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.refresh_prices",
        description=__doc__,
        epilog="Exit codes: 0 updated, 1 not; nothing is written then.",
    )
    parser.add_argument("--region", action="append", metavar="R", help="only this Region, also a new one; repeatable")
    parser.add_argument(
        "--files", type=Path, metavar="DIR", help="read DIR/OFFER/REGION.json, as downloaded, instead of asking AWS"
    )
    parser.add_argument("--prices", type=Path, default=PRICES_FILE, metavar="FILE", help=f"default: {PRICES_FILE.name}")
    options = parser.parse_args(argv)
    return run_command(lambda: _update(options), "No price was changed.")


def _update(options: argparse.Namespace) -> int:
    data = json.loads(read_text(options.prices))
    read = _from_folder(options.files) if options.files else _from_aws
    for region in options.region or data["regions"]:
        for offer in PRODUCTS:
            data = _with_offer(data, region, offer, read)
    write_atomically(options.prices, json_lines(data))
    return 0


def _with_offer(data: dict[str, Any], region: str, offer: str, read: Read) -> dict[str, Any]:
    """The data with the prices of one file, after a line about it. Raises Refused."""
    try:
        found = read_offer(offer, json.loads(read(offer, region)))
    except (OSError, ValueError) as error:
        reason = error if isinstance(error, OfferError | OSError) else f"it is no JSON: {error}"
        raise Refused(f"{offer} in {region} cannot be read: {reason}. Looked at: {address(offer, region)}.") from error
    line = f"{region}: {len(found.prices)} prices of {offer}, published {found.published}"
    missing = [key for key in PRODUCTS[offer] if key not in found.prices and key not in found.ambiguous]
    doubts = [f"not there: {', '.join(missing)}"] if missing else []
    doubts += [f"several prices, none taken: {', '.join(found.ambiguous)}"] if found.ambiguous else []
    sys.stdout.write(f"{'; '.join([line, *doubts])}\n")
    return updated(data, region, offer, found)


def _from_aws(offer: str, region: str) -> str:
    with urllib.request.urlopen(address(offer, region), timeout=_SECONDS) as answer:  # noqa: S310 - https, see address
        return str(answer.read().decode("utf-8"))


def _from_folder(folder: Path) -> Read:
    return lambda offer, region: read_text(folder / offer / f"{region}.json")


def json_lines(data: dict[str, Any]) -> str:
    """The text of prices.json: a line for each unit, source and price, so that a changed price changes one."""

    def block(entries: dict[str, Any], indent: str) -> str:
        lines = [f"{indent}  {json.dumps(name)}: {json.dumps(value)}" for name, value in entries.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"

    regions = ",\n".join(f'    "{name}": {block(figures, "    ")}' for name, figures in data["regions"].items())
    return (
        f'{{\n  "currency": {json.dumps(data["currency"])},\n  "units": {block(data["units"], "  ")},\n'
        f'  "sources": {block(data["sources"], "  ")},\n  "regions": {{\n{regions}\n  }}\n}}\n'
    )


if __name__ == "__main__":
    start(main)
