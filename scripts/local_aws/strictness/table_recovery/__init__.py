"""Backups and restores: point-in-time recovery and on-demand backups of DynamoDB, and the jobs of AWS Backup."""
