"""What the tables of a service share in one environment, beside the alarm topic: the encryption key and the backups."""
