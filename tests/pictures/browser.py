"""A page of HTML as a picture, by Chromium."""

import re
import subprocess
from pathlib import Path

MEASURE = (
    "<script>document.documentElement.dataset.height = Math.ceil(document.body.getBoundingClientRect().height)</script>"
)


def picture(browser: str, html: str, folder: Path, target: Path, width: int, most: int) -> None:
    """Write the page as a PNG, `width` wide and as high as it is, but not higher than `most`; in pixels of CSS.

    Raises OSError where there is no such browser, and CalledProcessError where it fails.
    """
    page = folder / "page.html"
    page.write_text(html.replace("</body>", f"{MEASURE}</body>"), encoding="utf-8")
    # Without its sandbox it also runs as root, as in a container; the page is ours and loads nothing.
    command = [
        browser,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        "--force-device-scale-factor=1.5",
    ]
    size = [*command, f"--window-size={width},600", "--dump-dom", page.as_uri()]
    dom = subprocess.run(size, capture_output=True, text=True, check=True, timeout=120).stdout
    measured = re.search(r'data-height="(\d+)"', dom)
    if not measured:
        raise OSError(f"{browser} did not say how high the page is")
    height = min(int(measured[1]), most)
    shot = [*command, f"--window-size={width},{height}", f"--screenshot={target}", page.as_uri()]
    subprocess.run(shot, capture_output=True, check=True, timeout=120)
