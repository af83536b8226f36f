"""The services of the repository: each contract and its settings, judged together."""
