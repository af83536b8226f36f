"""Holds API calls against the service models that come with botocore, as the services themselves do."""
