"""Measure the commands at several sizes, print the tables, and put them into docs/performance.md.

python -m tests.bench                      all sizes; rewrites the page
python -m tests.bench --sizes 3 100        only these; prints them
python -m tests.bench --sizes 1000/20      1,000 tables in 20 services
"""

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench import cdk, report, steps
from tests.bench import sizes as template_sizes
from tests.bench.measure import CommandFailed, Measured

SIZES = ("3", "100", "300", "1000", "1000/20")


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; 0 if everything could be measured, 1 if a command failed, 130 if it was stopped."""
    about, _, more = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description=about,
        epilog=more,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--sizes", nargs="+", type=_size, metavar="TABLES[/SERVICES]", help=f"default: {' '.join(SIZES)}"
    )
    parser.add_argument("--steps", nargs="+", choices=steps.STEPS, default=list(steps.STEPS), help="default: all")
    parser.add_argument("--cdk", action="store_true", help="also measure the AWS CDK, which npm installs for it")
    parser.add_argument("--write", action="store_true", help=f"rewrite {report.PAGE}, although this is not everything")
    options = parser.parse_args(argv)
    sizes = options.sizes or [_size(size) for size in SIZES]
    load = os.getloadavg()[0]
    results: dict[report.Size, dict[str, Measured]] = {}
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
            for size in sizes:
                results[size] = {}
                for step, measured in steps.measure(Path(temporary), *size, tuple(options.steps)):
                    report.progress(size, step, measured)
                    results[size][step] = measured
            ours = {
                tables: rows[cdk.STEP]
                for (tables, services), rows in results.items()
                if services == 1 and cdk.STEP in rows
            }
            beside = cdk.markdown(cdk.measure(Path(temporary) / "cdk", sorted(ours)), ours) if options.cdk else ""
            templates = template_sizes.markdown(template_sizes.sizes(Path(temporary) / "sizes"))
    except CommandFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Nothing was written.", file=sys.stderr)
        return 130
    everything = options.sizes is None and options.steps == list(steps.STEPS)
    given = [value for value in (sys.argv[1:] if argv is None else argv) if value != "--write"]
    text = report.markdown(results, "make bench" if everything else " ".join(["python -m tests.bench", *given]), load)
    print(text, *filter(None, [beside]), templates, sep="\n")
    if options.write or everything:
        report.write(text, report.MEASURED)
        report.write(templates, report.SIZES)
        if beside:
            report.write(beside, report.CDK)
        print(f"Written to {report.PAGE}.", file=sys.stderr)
    return 0


def _size(text: str) -> report.Size:
    match = re.fullmatch(r"([1-9]\d{0,4})(?:/([1-9]\d{0,2}))?", text)
    if not match or int(match[2] or 1) > int(match[1]):
        raise argparse.ArgumentTypeError(f'"{text}" is no size: write a number of tables, or 1000/20 for 20 services')
    return int(match[1]), int(match[2] or 1)


if __name__ == "__main__":
    raise SystemExit(main())
