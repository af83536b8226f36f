"""The option that names the repository on GitHub, the same for every command that asks for it."""

import argparse
import os

HERE = "{owner}/{repo}"  # gh fills in the repository of the working copy


def add_repository(parser: argparse.ArgumentParser) -> None:
    """Add `--repository OWNER/NAME`."""
    parser.add_argument(
        "--repository",
        default=os.environ.get("GITHUB_REPOSITORY") or HERE,
        metavar="OWNER/NAME",
        help="default: GITHUB_REPOSITORY, or that of the working copy",
    )
