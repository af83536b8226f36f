"""The deployment: every table one safe step at a time, and what is done when a step fails or was interrupted."""
