"""The comment on a pull request of the sample: deployed to the local AWS, changed, planned, and shown as GitHub shows it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from scripts.github.artifacts import plans, warnings
from scripts.github.links import with_links
from scripts.github.plan_comment import to_markdown
from scripts.github.plan_links import page_links
from tests import working_copy

ENVIRONMENT = "prod-eu-west-1"
REPOSITORY = "https://github.com/your-org/your-tables"
EMOJI = {":warning:": "\u26a0\ufe0f", ":no_entry:": "\u26d4"}  # as GitHub shows them
STYLE = """
body { margin: 0; padding: 16px; background: #fff; color: #1f2328; font: 14px/1.5 "Noto Sans", "DejaVu Sans", sans-serif; }
.comment { border: 1px solid #d1d9e0; border-radius: 6px; }
.head { background: #f6f8fa; border-bottom: 1px solid #d1d9e0; border-radius: 6px 6px 0 0; padding: 8px 16px; color: #59636e; }
.head b { color: #1f2328; } .head span { border: 1px solid #d1d9e0; border-radius: 2em; font-size: 12px; padding: 0 6px; margin-left: 4px; }
.body { padding: 16px; } .body > :first-child { margin-top: 0; }
h2 { font-size: 21px; border-bottom: 1px solid #d1d9e0; padding-bottom: 6px; } h3 { font-size: 17px; } h4 { font-size: 14px; }
table { border-collapse: collapse; margin-bottom: 16px; } td, th { border: 1px solid #d1d9e0; padding: 6px 13px; text-align: left; }
tr:nth-child(2n) { background: #f6f8fa; } a { color: #0969da; text-decoration: none; } ul { padding-left: 2em; }
code, pre { font: 12px "DejaVu Sans Mono", monospace; background: #818b981f; border-radius: 6px; } code { padding: 2px 5px; }
pre { padding: 16px; } pre code { background: none; padding: 0; }
blockquote { margin: 0 0 16px; padding: 0 1em; color: #59636e; border-left: 4px solid #d1d9e0; }
"""


def comment_page(folder: Path) -> str:
    """The page with the comment. `folder`: an empty one that becomes a copy of the repository."""
    copy = folder / "repository"
    working_copy.make(copy)
    change = "from tests.pictures import plan; plan.change()"
    _run(
        copy,
        f"{sys.executable} -m scripts.deploy --environment {ENVIRONMENT} --yes"
        f" && PYTHONPATH={working_copy.ROOT} {sys.executable} -c '{change}'"
        f" && {sys.executable} -m scripts.generate && git add --all"
        " && git -c user.name=You -c user.email=you@example.com commit --quiet --message change"
        f" && {{ {sys.executable} -m scripts.plan --environment {ENVIRONMENT} --report build/plan; [ $? -eq 2 ]; }}",
    )
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=copy, capture_output=True, text=True, check=True).stdout
    reports = copy / "build" / "plan"
    blob = f"{REPOSITORY}/blob/{commit.strip()}"
    run = f"{REPOSITORY}/actions/runs/1"
    text = to_markdown(plans(reports), warnings(reports), commit.strip(), run, page_links(reports, blob))
    text = with_links(text, blob)
    for word, sign in EMOJI.items():
        text = text.replace(word, sign)
    body = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    head = "<b>github-actions</b><span>bot</span> commented"
    return (
        f"<!doctype html><html><head><meta charset='utf-8'><style>{STYLE}</style></head><body><div class='comment'>"
        f"<div class='head'>{head}</div><div class='body'>{body}</div></div></body></html>"
    )


def change() -> None:
    """Change the sample in the working directory as a pull request may: an index more, one less, a shorter recovery."""
    file = Path("contracts") / working_copy.SAMPLE / "migrationContract.json"
    contract: dict[str, Any] = json.loads(file.read_text())
    tables = {table["table"]: table for table in contract["tables"]}
    indexes = tables["Orders"]["gsis"]
    indexes[:] = [index for index in indexes if index["index_name"] != "ByBook"]
    tables["Books"]["gsis"].append({"index_name": "ByPublisher", "pk": "publisher", "projection": "KEYS_ONLY"})
    attributes = tables["Books"].get("attributes") or tables["Books"]["entities"][0]["attributes"]
    attributes.append({"name": "publisher", "type": "S"})
    file.write_text(json.dumps(contract, indent=2) + "\n")
    settings = file.with_name("deployment.yaml")
    text = settings.read_text()
    unused = "            ByBook: {reads: {average: 1, peak: 5}, share_of_items: 0.6}\n"
    assert unused in text
    settings.write_text(
        text.replace(unused, "").replace("      Carts:\n", "      Carts:\n        point_in_time_recovery_days: 14\n")
    )


def _run(folder: Path, script: str) -> None:
    command = [sys.executable, "-m", "scripts.local_aws", "bash", "-c", script]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"the plan could not be made: {done.stdout[-2000:]}{done.stderr[-2000:]}")
