"""The record of a deployment: what is deployed where, since when, by whom, from which commit, and whether it was validated."""
