"""What an upgrade says: from which version to which, what meets changes of one's own, and what to do next."""

from scripts.own_repository.upgrading import Upgrade


def upgrade_words(done: Upgrade) -> str:
    """The whole text, which ends without a newline."""
    if not done.changed:
        return f"This is the newest version already: {done.after}."
    number = len(done.changed)
    lines = [
        f"From {done.before} to {done.after}: {number} {'file differs' if number == 1 else 'files differ'}. "
        "CHANGELOG.md says what is new, and which plan to expect."
    ]
    if done.kept:
        lines += [
            "The new version has no more, and you have changed, so they stay:",
            *(f"  {name}" for name in done.kept),
        ]
    if done.conflicts:
        lines += ["You have changed the same lines of these files:", *(f"  {name}" for name in done.conflicts)]
        lines += ["Settle them as after a git merge (git add them), then: make generate && make plan AGAINST=HEAD"]
    else:
        lines += ["Nothing is committed. What the upgrade does to each table:"]
    return "\n".join(lines)
