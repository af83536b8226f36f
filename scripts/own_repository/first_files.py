"""What a repository has of its own from the first minute: a README, owners, and a first service that can be deployed."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from scripts.files import json_text, write_atomically
from scripts.folders import CONTRACT, CONTRACTS, DEPLOYMENT
from scripts.input_file import read_text
from scripts.settings.regions import region_in_name

ANSWERS = Path(".copier-answers.yml")
README = Path("README.md")
OWNERS = Path(".github") / "CODEOWNERS"
# The smallest contract: one table with one key, until the team describes its own.
EXAMPLE = "Example"
FIRST = {
    "$schema": "../migrationContract.schema.json",
    "tables": [
        {
            "table": EXAMPLE,
            "type": "single-entity",
            "pk": "id",
            "attributes": [{"name": "id", "type": "S"}],
        }
    ],
}
# It links to no page of a service: one that is taken out takes its pages with it.
PAGE = """\
# DynamoDB tables

One folder of [`contracts/`](contracts/) is one service: `migrationContract.json` says which tables, keys and indexes it has,
`deployment.yaml` where and how they run. Everything under `generated/` follows from them; the page of a service is
`generated/<service>/README.md`.

| To | |
|---|---|
| describe your tables{instead} | [where a contract comes from](docs/contract-sources.md) |
| see the whole job on an AWS that runs on your machine | `make demo` |
| try the commands below on it, in a shell that uses nothing else | `make local` |
| write templates and pages after a change | `make generate` |
| check everything, as CI does | `make check`, `make test` |
| see what a deployment would do | `make plan ENV={environment}` |
| deploy, and compare what runs with the contract | `make deploy ENV={environment}`, `make validate ENV={environment}` |
| take a newer version of everything that is not yours | `make upgrade` |

Pages: [getting started](docs/getting-started.md), [operations](docs/operations.md), [settings](docs/settings.md),
[rules of the contract](docs/rules/contract.md), [GitHub](docs/github.md), [setting up AWS and GitHub](docs/aws-setup.md),
[which files are yours](docs/own-repository.md), [how it works](docs/how-it-works.md).
"""


def answers(file: Path = ANSWERS) -> dict[str, Any]:
    """What was answered when the repository was made; nothing for one that was not made by copier. Raises OSError."""
    found = yaml.safe_load(read_text(file)) if file.is_file() else None
    return found if isinstance(found, dict) else {}


def write_first_files(said: Mapping[str, Any]) -> list[Path]:
    """Write what is the team's own and is not there yet, and return it: nothing in a repository that has a README.

    `said`: the answers; nothing for a repository that was not made by copier, which gets a README.
    """
    if README.exists():
        return []
    instead = ""
    service, environment = said.get("service") or "", said.get("environment") or "dev-us-east-1"
    written = []
    if said.get("owners") and OWNERS.is_file():
        write_atomically(OWNERS, re.sub(r"@your-org/\S+(?: @your-org/\S+)*", str(said["owners"]), read_text(OWNERS)))
        written.append(OWNERS)
    if service and not (CONTRACTS / service).exists():
        folder = CONTRACTS / service
        write_atomically(folder / CONTRACT, json_text(FIRST))
        write_atomically(
            folder / DEPLOYMENT,
            "# yaml-language-server: $schema=../deployment.schema.json\n"
            f"environments:\n  {environment}: {{region: {said.get('region') or region_in_name(environment) or 'us-east-1'}}}\n",
        )
        written.append(folder)
        instead = f", in the place of the table `{EXAMPLE}`"
    written.append(README)  # last: as long as it is missing, the next run goes on
    write_atomically(README, PAGE.format(environment=environment, instead=instead))
    return written
