"""Benchmarks: how long the commands take, and what they need, at sizes that real migrations have. `make bench` runs them."""
