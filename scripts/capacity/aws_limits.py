"""Quotas and limits of AWS that what an environment deploys can reach."""

# AWS CloudFormation User Guide, cloudformation-limits: a template that is sent inline, and the stacks of an account and Region.
TEMPLATE_BYTES, TEMPLATE_RESOURCES, STACKS = 51_200, 500, 2_000
# Amazon DynamoDB Developer Guide, ServiceQuotas: of an account and Region; units of all provisioned tables together.
TABLES, ACCOUNT_UNITS = 2_500, 80_000
