"""What the GitHub workflows do beyond the project's own commands: comments, matrices, the record's pull request, the drift issue.

Jobs that may write to GitHub install nothing: except for `environments`, these modules need Python's library only.
"""
