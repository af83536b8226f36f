"""No test sees what the person or the runner that starts the tests has in the environment."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.working_copy import ROOT

# What a run of GitHub Actions sets, and what a developer's shell may set. Each has broken a test, or could.
FOREIGN = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_CONFIG_FILE": "/nonexistent",
    "AWS_DEFAULT_REGION": "us-gov-west-1",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    "AWS_PROFILE": "somebody",
    "CI": "true",
    "COLUMNS": "40",
    "FORCE_COLOR": "1",
    "GITHUB_ACTIONS": "true",
    "GITHUB_ACTOR": "devi",
    "GITHUB_OUTPUT": "/nonexistent/output",
    "GITHUB_REPOSITORY": "acme/tables",
    "GITHUB_RUN_ID": "1",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_SHA": "0123456789012345678901234567890123456789",
    "GITHUB_STEP_SUMMARY": "/nonexistent/summary",
    "GITHUB_TOKEN": "not-a-token",
    "GITHUB_TRIGGERING_ACTOR": "devi",
    "GIT_DIR": "/nonexistent",
    "HOME": "/nonexistent",
    "LANG": "tr_TR.UTF-8",
    "LC_ALL": "tr_TR.UTF-8",
    "MAKEFLAGS": "w",
    "NO_COLOR": "1",
    "RUNNER_TEMP": "/nonexistent",
    "TERM": "dumb",
    "TZ": "Asia/Kathmandu",
    "XDG_CONFIG_HOME": "/nonexistent",
}
PROBE = "import json, os\n\ndef test_probe() -> None:\n    print(json.dumps(dict(os.environ)))\n"


def test_tests_inherit_nothing(tmp_path: Path) -> None:
    probe = tmp_path / "test_probe.py"
    probe.write_text(PROBE)
    command = [sys.executable, "-m", "pytest", "-n", "0", "-s", "-q", "-p", "no:cacheprovider", "-p", "tests.conftest"]
    done = subprocess.run(
        [*command, "--rootdir", str(ROOT), str(probe)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **FOREIGN},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    seen = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{")))
    inherited = {name for name, value in FOREIGN.items() if seen.get(name) == value}
    assert not inherited
