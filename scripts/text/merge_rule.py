"""The rule that a file with an unfinished merge breaks."""

from functools import partial

from scripts.problems import Rule

# The rule of each kind of file that people merge: its id, and what is said otherwise of it.
MergeRule = partial(
    Rule,
    title="Merges are finished",
    message="The file holds a merge that git could not finish: {found}.",
    fix="{hint}",
    why="Which of the two sides is meant is not for a program to decide.",
    wrong="<<<<<<< HEAD",
    right="(one of the two sides)",
)
