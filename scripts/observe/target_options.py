"""The options that name what a command works on: the same for every command that looks at AWS."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from scripts.folders import CONTRACTS, OUT


@dataclass(frozen=True, slots=True)
class TargetOptions:
    """What was asked for; None where nothing was named."""

    environment: str | None = None
    service: str | None = None
    region: str | None = None
    contracts: Path = CONTRACTS
    out: Path = OUT


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that name a target."""
    parser.add_argument(
        "--environment", metavar="E", help="a name under environments in deployment.yaml; asked for when missing"
    )
    parser.add_argument(
        "--service", metavar="S", help="only this service; default, or empty: every service that has the environment"
    )
    parser.add_argument(
        "--region", metavar="R", help="needed, or asked for, only where no deployment.yaml states the Region"
    )
    parser.add_argument("--contracts", type=Path, default=CONTRACTS, metavar="DIR", help=f"default: {CONTRACTS}")
    parser.add_argument("--out", type=Path, default=OUT, metavar="DIR", help=f"default: {OUT}")


def target_options(parsed: argparse.Namespace) -> TargetOptions:
    """The options of `add_options`, out of all those of a command."""
    return TargetOptions(parsed.environment, parsed.service or None, parsed.region, parsed.contracts, parsed.out)
