"""Many things at once: every result, in order; and an error is not lost."""

import json
import subprocess
import sys

import pytest

from scripts.rendering.side_by_side import FEW, side_by_side
from tests.for_each import for_each

# In a process of its own: beside the threads of a test run nothing is copied.
SCRIPT = """
import json, os
from scripts.rendering import side_by_side
side_by_side._processors = lambda: 2
found = side_by_side.side_by_side(lambda n: (n * n, os.getpid()), range(200))
def fail(n):
    if n == 150:
        raise ValueError("the 150th")
try:
    side_by_side.side_by_side(fail, range(200))
except ValueError as error:
    said = str(error)
print(json.dumps([[n for n, _ in found], len({pid for _, pid in found} - {os.getpid()}), said]))
"""


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="processes are not copied there")
def test_many_things_are_done_by_several_processes() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    squares, others, said = json.loads(done.stdout)
    assert squares == [n * n for n in range(200)]
    assert others >= 1
    assert said == "the 150th"


@for_each("count", [0, 1, FEW])
def test_few_things_are_done_here(count: int) -> None:
    assert side_by_side(lambda n: -n, range(count)) == [-n for n in range(count)]
