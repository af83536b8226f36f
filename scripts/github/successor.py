"""What replaces a run whose commit is not the newest of its branch any more, in words."""

from scripts.github import gh


def replacement(here: str, branch: str, commit: str) -> str:
    """What replaces the run of a commit, in a sentence or two; "" where it is the newest. Raises GhError."""
    newest = gh.api("GET", f"repos/{here}/git/ref/heads/{branch}")["object"]["sha"]
    return "" if newest == commit else f"{moved_on(branch, commit, newest)}. {instead(here, newest)}"


def moved_on(branch: str, ours: str, newest: str) -> str:
    """That there is a newer commit: a sentence without a full stop."""
    return f"{branch} has moved on since this run, from {ours[:7]} to {newest[:7]}"


def instead(here: str, newest: str) -> str:
    """Which run to use for the newest commit. Raises GhError."""
    runs = gh.api("GET", f"repos/{here}/actions/workflows/deploy.yml/runs?head_sha={newest}")["workflow_runs"]
    if runs:
        return f"Use the run of that commit, with its plan: {runs[0]['html_url']}"
    return "Start `deploy` by hand: it plans that commit."
