"""Where a service is known to answer otherwise than its model says. Each with how that is known."""

# Of these (service, shape) the service says in its own words that a value breaks a constraint.
# DynamoDB: answers recorded on AWS in October 2026. AWS Backup: https://github.com/aws/aws-cdk/issues/8685
OWN_WORDS = {
    ("backup", "BackupVaultName"): "Backup vault name {value} is not valid",
    ("dynamodb", "TableClass"): "Invalid table-class parameter provided. Please try again with a valid table-class "
    "value: [STANDARD, STANDARD_INFREQUENT_ACCESS].",
    ("dynamodb", "TagKeyString"): "The Tag Key provided is invalid, Key: {value}",
    ("dynamodb", "TagValueString"): "The Tag Value provided is invalid, Value: {value}",
}

# (service, operation, member) that the service requires although the model does not. Recorded on AWS by dynalite
# (https://github.com/architect/dynalite) and, for CreateTable, again in October 2026.
REQUIRED = {
    ("dynamodb", "CreateTable", "AttributeDefinitions"),
    ("dynamodb", "CreateTable", "KeySchema"),
}

# Shapes whose constraints the service looks at in another way or at another time; its own rules are elsewhere.
# An ARN is taken in place of a name, and both have constraints that the model of the ARN does not tell; MiniStack has
# them. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
UNCHECKED = {("dynamodb", "TableArn")}

# The order in which AWS lists the values of an enumeration, where it is not that of the model. Recorded by dynalite.
ENUM_ORDER = {
    ("dynamodb", "ConditionalOperator"): ("OR", "AND"),
    ("dynamodb", "ProjectionType"): ("ALL", "INCLUDE", "KEYS_ONLY"),
    ("dynamodb", "ReturnValue"): ("ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"),
    ("dynamodb", "ScalarAttributeType"): ("B", "N", "S"),
    ("dynamodb", "Select"): ("SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"),
}

# Java's regular expressions know classes that Python's do not, and it counts characters in halves of UTF-16.
PATTERNS = {
    r"\p{Print}+": r"[ -~]+",
    r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*": r"[\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff\r\n\t]*",
    r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*": r"[\w\s.:/=+\-@]*",
    r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+": r"[\w\s.:/=+\-@]+",
    r"[\p{L}\p{Z}\p{N}_.:/=+\-@{}]*": r"[\w\s.:/=+\-@{}]*",
    r"[\p{L}\p{Z}\p{N}_.:/=+\-@{}]+": r"[\w\s.:/=+\-@{}]+",
}
