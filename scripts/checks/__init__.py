"""The checks of generated files, policies and workflows."""
