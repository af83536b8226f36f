"""Make a clone, or what *Use this template* made, a repository like those that copier makes, so that it can be upgraded.

What serves only the development of the project leaves it, and the code, which such a repository has as one file; and it learns
from which version it is.
"""

from pathlib import Path

from scripts.command import Refused
from scripts.files import write_atomically
from scripts.own_repository.first_files import ANSWERS
from scripts.own_repository.upstream import Upstream, git
from scripts.path_classes import in_copy

MESSAGE = "Take out what serves only the development of the project"
SHOWN = 5
SAMPLE = Path("contracts") / "bookshop"


def adopt(repository: Path, at: Upstream) -> str:
    """Write where the repository is from, take out what it need not have, commit both, and return the version it is from.

    Raises Refused where a file would go that someone has changed.
    """
    base = at.base()
    changed = at.differing(base, at.head)
    tracked = [name for name in git(repository, "ls-files", "-z").split("\0") if name]
    leaving = [name for name in tracked if not in_copy(name)]
    if mine := sorted(set(leaving) & changed):
        more = f" and {len(mine) - SHOWN} more" if len(mine) > SHOWN else ""
        raise Refused(
            f"You have changed what a repository of your own does not have: {', '.join(mine[:SHOWN])}{more}. Take back those changes "
            f"(git checkout {base[:12]} -- FILE), or stay a fork, and merge newer versions with git."
        )
    write_atomically(
        repository / ANSWERS,
        "# From which version this repository has the files that are not its own. `make upgrade` reads and writes this.\n"
        f"_commit: {base}\n_src_path: {at.url}\nowners: ''\nsample: {str((repository / SAMPLE).is_dir()).lower()}\nservice: ''\n"
        f"engine: {base}\n",
    )
    for start in range(0, len(leaving), 200):
        git(repository, "rm", "--quiet", "--", *leaving[start : start + 200])
    git(repository, "add", "--", str(ANSWERS))
    git(repository, "commit", "--quiet", "--no-verify", "-m", MESSAGE)
    return base
