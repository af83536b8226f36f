"""The settings of a service, `deployment.yaml`: read, checked, and resolved for each environment and table."""
