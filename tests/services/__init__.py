"""The tests that a repository of one's own has: its services on the local AWS, its pages, and which files are its own."""
