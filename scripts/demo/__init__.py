"""The demo: the whole job on the local AWS, in a working copy of its own."""
