"""Do the whole job on the local AWS: read a contract, generate, check, deploy by change sets, validate."""

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from scripts.command import Refused
from scripts.entry import INTERRUPTED, start


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; 0 only if the deployed tables match the contract."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.demo",
        description=__doc__,
        epilog="Exit codes: 0 all steps passed, 1 one did not, 130 stopped.",
    )
    parser.add_argument("--contract", type=Path, metavar="FILE", help="default: the sample, or the first of your own")
    options = parser.parse_args(argv)
    from rich.console import Console

    from scripts.demo.run_demo import default_contract, run_demo
    from scripts.local_aws import LocalAwsError

    console = Console(soft_wrap=True)
    start = time.monotonic()
    try:
        kept = run_demo(options.contract or default_contract(), console)
    except (Refused, LocalAwsError) as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(
            f"\nThe demo stopped: this step ended with exit code {error.returncode}, for the reason above.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The local AWS has ended; nothing is left of it.", file=sys.stderr)
        return INTERRUPTED
    console.print(
        f"\n[bold]Done in {time.monotonic() - start:.0f} s.[/bold] Everything ran on the local AWS, which has ended. Read:",
        highlight=False,
    )
    for path in sorted(kept.glob("generated/*/README.md")) + sorted(kept.glob("validation/*/validation.md")):
        console.print(f"  {path}", highlight=False, markup=False)
    return 0


if __name__ == "__main__":
    start(main)
