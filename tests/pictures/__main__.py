"""Make the pictures of the README again, in docs/pictures/. Needs Chromium; nothing else depends on it."""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.pictures.browser import picture
from tests.pictures.dashboard import dashboard_page
from tests.pictures.plan import comment_page
from tests.working_copy import ROOT

FOLDER = ROOT / "docs" / "pictures"


def main() -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description=__doc__)
    parser.add_argument("--browser", default="chromium", help="default: chromium")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            picture(options.browser, comment_page(folder), folder, FOLDER / "plan-comment.png", 900, 1300)
            picture(options.browser, dashboard_page(), folder, FOLDER / "dashboard.png", 1200, 820)
        except (OSError, subprocess.SubprocessError) as error:
            print(f"{error}\nNo picture was made, or only one.", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
