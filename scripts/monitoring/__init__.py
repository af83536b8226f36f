"""Alarms: which ones a table has, how they are written for CloudFormation, and how they are read back."""
