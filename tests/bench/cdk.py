"""The AWS CDK beside `make generate`: the same number of tables, where Node is there and npm gives the CDK."""

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.text.markdown import table
from tests.bench.measure import Measured, run

PACKAGES = ("aws-cdk-lib@2.276.0", "constructs@10.8.1")
APP = Path(__file__).parent / "cdk.js"
LONGEST = 600  # seconds for npm
STEP = "generate, everything"


def measure(folder: Path, sizes: Sequence[int]) -> dict[int, Measured] | str:
    """What the CDK takes for so many tables, each size once; or in one line why it was not measured."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return "The CDK was not measured: Node.js and npm are not here."
    folder.mkdir(parents=True, exist_ok=True)
    install = (npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder), *PACKAGES)
    try:
        subprocess.run(install, check=True, capture_output=True, timeout=LONGEST)
    except (subprocess.SubprocessError, OSError) as error:
        return f"The CDK was not measured: npm could not install {' and '.join(PACKAGES)} ({type(error).__name__})."
    found = {}
    for size in sizes:
        out = folder / f"out-{size}"
        found[size] = run((node, str(APP), str(size), str(out)), folder, NODE_PATH=str(folder / "node_modules"))
        print(f"{size:,} tables: CDK: {found[size].wall:.2f} s, CPU {found[size].cpu:.2f} s", file=sys.stderr)
    return found


def markdown(found: Mapping[int, Measured] | str, ours: Mapping[int, Measured]) -> str:
    """A table of both, for the sizes that both were measured at. `ours`: generating everything."""
    if isinstance(found, str):
        return found
    rows = [
        (
            f"{size:,}",
            f"{ours[size].cpu:.1f} s",
            f"{cdk.cpu:.1f} s",
            f"{cdk.cpu / ours[size].cpu:.0f}",
            f"{ours[size].peak / 1e6:.0f} MB",
            f"{cdk.peak / 1e6:.0f} MB",
        )
        for size, cdk in found.items()
        if size in ours
    ]
    head = ("Tables", "make generate, CPU", "CDK, CPU", "Times", "make generate, memory", "CDK, memory")
    return "\n".join(table(head, rows))
