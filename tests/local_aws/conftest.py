import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "provokes(*rules): the rules of the local AWS that a test provokes")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test cannot claim to provoke a rule that does not exist."""
    from scripts.local_aws.strictness import all_rules

    rules = all_rules()
    for item in items:
        for mark in item.iter_markers("provokes"):
            if unknown := [rule for rule in mark.args if rule not in rules]:
                raise pytest.UsageError(f"{item.nodeid} provokes {unknown[0]}, which is no rule of the local AWS.")
