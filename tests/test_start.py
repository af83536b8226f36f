"""What a command loads before it has anything to do: --help waits for no connection to AWS, and for nothing that generates."""

import json
import subprocess
import sys

from tests.test_layers import APART, COMMANDS
from tests.working_copy import ROOT

# Runs each command with --help, and tells after each which modules are loaded; what one loads, the next ones have.
SCRIPT = """
import contextlib, importlib, io, json, sys
for name in sys.argv[1:]:
    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.suppress(SystemExit):
        importlib.import_module(name).main(["--help"])
    assert "usage: " in said.getvalue(), name
    print(json.dumps([name, sorted(sys.modules)]))
"""
HEAVY = ("boto3", "botocore", "rich", "scripts.templates", "scripts.rendering.service_files", "scripts.local_aws")


def test_help_loads_what_it_needs_only() -> None:
    # taskcat's program runs in taskcat's own environment.
    names = sorted(name for name in COMMANDS if name.split(".")[1] != APART and not name.endswith("run_taskcat"))
    done = subprocess.run([sys.executable, "-c", SCRIPT, *names], cwd=ROOT, capture_output=True, text=True, check=True)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [name for name, _ in told] == names
    loads = {name: [module for module in HEAVY if module in loaded] for name, loaded in told}
    assert not any(loads.values()), next(f"{name} loads {found}" for name, found in loads.items() if found)


def test_a_contract_is_checked_without_what_generates() -> None:
    script = "import sys, scripts.check_contract; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "scripts.contract" in loaded
    assert not {*HEAVY, "scripts.project", "scripts.observe"} & {*loaded}
