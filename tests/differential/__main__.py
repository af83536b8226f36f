"""Ask the local AWS, dynalite and moto the same random requests, and say where they differ.

python -m tests.differential                       2,000 requests; rewrites the table in docs/local-aws.md
python -m tests.differential --seed 7 --count 500  others; prints what is undecided, writes nothing
"""

import argparse
import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.local_aws import LocalAws, LocalAwsError
from tests.differential import engines, report
from tests.differential.cases import cases
from tests.differential.decisions import decide, load
from tests.differential.engine import Engine
from tests.differential.run import Result, run

SEED, COUNT = 20261126, 2_000
DYNALITE, MOTO = Path("build/dynalite"), Path(".venv-moto")


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; 0 if every class of difference is decided, 1 if one is not, 2 if an engine did not start."""
    about, _, more = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        prog="python -m tests.differential",
        description=about,
        epilog=more,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seed", type=int, default=SEED, help="of the random requests (default: %(default)s)")
    parser.add_argument("--count", type=int, default=COUNT, help="how many requests (default: %(default)s)")
    options = parser.parse_args(argv)
    decisions = load()
    try:
        result = ask_all(options.seed, options.count)
    except (engines.EngineError, LocalAwsError) as error:
        print(error, file=sys.stderr)
        return 2
    decided, undecided = decide(result.seen, decisions)
    print(f"{result.requests} requests, {len(result.seen)} classes of difference, {len(undecided)} undecided.")
    if undecided:
        print(report.undecided(result, undecided))
        print("Decide them in tests/differential/decisions.yaml, or make the local AWS stricter.")
        return 1
    if (options.seed, options.count) == (SEED, COUNT):
        if mended := [each.what for each in decisions if each.aws != "local AWS" and each not in decided.values()]:
            print("The local AWS is as AWS in these now. Delete their decisions: " + "; ".join(mended))
            return 1
        report.write(report.markdown(result, decided, options.seed))
    return 0


def ask_all(seed: int, count: int) -> Result:
    """Start the engines and ask them. Raises EngineError or LocalAwsError when one does not start."""
    with contextlib.ExitStack() as running:
        local = Engine("local AWS", running.enter_context(LocalAws.start()).endpoint_url)
        dynalite = Engine("dynalite", running.enter_context(engines.dynalite(DYNALITE)))
        moto = Engine("moto", running.enter_context(engines.moto(MOTO)))
        return run(local, (dynalite, moto), cases(seed, count))


if __name__ == "__main__":
    raise SystemExit(main())
