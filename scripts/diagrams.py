"""Draw the Mermaid diagrams of the documentation and of the sample as SVG into docs/diagrams/, and say which are out of date.

GitHub draws them by itself wherever they stand. The drawings prove that it can, because Mermaid's own program made them,
and show them where nothing draws Mermaid.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from scripts.command import run_command
from scripts.files import write_atomically
from scripts.observe.target import Refused

ROOT = Path(__file__).parent.parent
FOLDER = Path("docs") / "diagrams"
DRAWN = FOLDER / "drawn.json"
PAGES = ("README.md", "docs/*.md", "generated/bookshop/README.md", "generated/bookshop/tables/*.md")
PROGRAM = "@mermaid-js/mermaid-cli@11.17.0"
BROWSER = "CHROMIUM"  # the environment variable that names a browser, so that none is downloaded
TIMEOUT = 600  # seconds; most of it for the download at the first time
_LONG = re.compile(r"(\.\d\d)\d+")
_BLOCK = re.compile(r"^```mermaid\n(.*?)^```", re.DOTALL | re.MULTILINE)


class Diagram(NamedTuple):
    """One diagram: its name, which is that of its drawing, the page that it stands on, and its text."""

    name: str
    page: str
    text: str

    @property
    def entry(self) -> dict[str, str]:
        """What is written down about its drawing."""
        return {"page": self.page, "text": hashlib.sha256(self.text.encode()).hexdigest()}


def diagrams(root: Path) -> list[Diagram]:
    """All diagrams of the documentation and of the sample, in the order of their pages."""
    found = []
    for path in dict.fromkeys(path for pattern in PAGES for path in sorted(root.glob(pattern))):
        page = path.relative_to(root).as_posix()
        for number, text in enumerate(_BLOCK.findall(path.read_text(encoding="utf-8")), 1):
            found.append(Diagram(f"{page.removesuffix('.md').replace('/', '-')}-{number}", page, text))
    return found


def undrawn(root: Path, found: Sequence[Diagram]) -> list[Diagram]:
    """The diagrams that have changed since they were drawn, or never were."""
    known = _known(root)
    return [d for d in found if known.get(d.name) != d.entry or not (root / FOLDER / f"{d.name}.svg").is_file()]


def _known(root: Path) -> Mapping[str, dict[str, str]]:
    try:
        known = json.loads((root / DRAWN).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def draw(texts: Sequence[str]) -> list[str]:
    """The diagrams as SVG, by one start of Mermaid's program. Raises Refused when it cannot be run, or refuses one."""
    with tempfile.TemporaryDirectory(prefix="diagrams-") as temporary:
        folder = Path(temporary)
        (folder / "in.md").write_text("\n".join(f"```mermaid\n{text}```\n" for text in texts), encoding="utf-8")
        command = [*_program(), "--quiet", "--input", "in.md", "--output", "out.md", *_browser(folder)]
        environment = {**os.environ, "PUPPETEER_SKIP_DOWNLOAD": "1"} if os.environ.get(BROWSER) else None
        try:
            done = subprocess.run(
                command, cwd=folder, env=environment, capture_output=True, text=True, timeout=TIMEOUT, check=False
            )
        except subprocess.TimeoutExpired:
            raise Refused(f"Mermaid's program took more than {TIMEOUT} seconds. Run it again.") from None
        drawings = [folder / f"out-{number}.svg" for number in range(1, len(texts) + 1)]
        if done.returncode or not all(drawing.is_file() for drawing in drawings):
            said = (done.stderr or done.stdout).strip().splitlines()
            hint = f"If it finds no browser, name one: {BROWSER}=/usr/bin/chromium make diagrams"
            raise Refused("\n".join(["Mermaid's program could not draw the diagrams:", *said[-12:], hint]))
        # Curves are drawn to a billionth of a pixel, which makes a drawing five times as large.
        return [_LONG.sub(r"\1", drawing.read_text(encoding="utf-8")) for drawing in drawings]


def _program() -> list[str]:
    if shutil.which("mmdc"):
        return ["mmdc"]
    if shutil.which("npx"):
        return ["npx", "--yes", f"--package={PROGRAM}", "mmdc"]
    raise Refused("There is no npx here. Install Node.js 20 or newer.")


def _browser(folder: Path) -> list[str]:
    """The options that name the browser; its sandbox does not work for root, as which containers run."""
    browser = os.environ.get(BROWSER)
    if not browser:
        return []
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    settings = {"executablePath": shutil.which(browser) or browser, "args": arguments}
    (folder / "browser.json").write_text(json.dumps(settings), encoding="utf-8")
    return ["--puppeteerConfigFile", "browser.json"]


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code: 0 all are drawn, 1 some are out of date (`--check`) or could not be drawn."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.diagrams", description=__doc__, epilog="Exit codes: 0 drawn or up to date, 1 not."
    )
    parser.add_argument("--check", action="store_true", help="draw nothing; exit 1 if a drawing is out of date")
    parser.add_argument("--all", action="store_true", help="draw all of them, not only what has changed")
    options = parser.parse_args(argv)
    return run_command(lambda: _run(options), "No diagram was drawn.", 1)


def _run(options: argparse.Namespace) -> int:
    found = diagrams(ROOT)
    todo = found if options.all else undrawn(ROOT, found)
    if options.check:
        for diagram in todo:
            print(f"{diagram.page}: the drawing of diagram {diagram.name} is out of date", file=sys.stderr)
        print("Run `make diagrams` and commit what it changes." if todo else f"{len(found)} diagrams, all drawn")
        return 1 if todo else 0
    for diagram, drawing in zip(todo, draw([diagram.text for diagram in todo]) if todo else [], strict=True):
        write_atomically(ROOT / FOLDER / f"{diagram.name}.svg", drawing.rstrip("\n") + "\n")
    wanted = {diagram.name for diagram in found}
    gone = [path for path in (ROOT / FOLDER).glob("*.svg") if path.stem not in wanted]
    for path in gone:
        path.unlink()
    entries = {diagram.name: diagram.entry for diagram in found}
    write_atomically(ROOT / DRAWN, json.dumps(entries, indent=2, sort_keys=True) + "\n")
    print(f"{len(todo)} of {len(found)} diagrams drawn, {len(gone)} removed")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
