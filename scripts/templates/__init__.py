"""From the desired state of tables, and of what they share, to CloudFormation."""
