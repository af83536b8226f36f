"""The environment of the tests: the same on every machine, whoever starts them, and inside of a run of GitHub Actions."""

import os
import signal
import tempfile
from pathlib import Path

# What a test process keeps of the environment that it was started in. Everything else would be inherited: GITHUB_*
# variables of a runner, AWS_* variables of a person, a language, the width of a terminal, a home folder with settings.
KEPT = ("PATH", "TMPDIR", "HYPOTHESIS_PROFILE", "PYTHONDONTWRITEBYTECODE", "SYSTEMROOT")
KEPT_PREFIXES = ("PYTEST_", "COV_")  # of pytest itself: the worker's name, and what measures it
INHERITED = dict(os.environ)  # for what installs packages as whoever runs the tests does
HOME = Path(tempfile.gettempdir()) / f"tests-home-{os.getuid()}"


def isolate() -> None:
    """Remove what tests must not depend on: most of the environment, an ignored Ctrl-C. Give them an empty home folder."""
    for name in list(os.environ):
        if name not in KEPT and not name.startswith(KEPT_PREFIXES):
            del os.environ[name]
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell starts what runs in the background so
        signal.signal(signal.SIGINT, signal.default_int_handler)
    HOME.mkdir(exist_ok=True)
    os.environ.update(HOME=str(HOME), LANG="C.UTF-8")
