"""The scenarios of the acceptance, asked of moto (`make second-opinion`): not a part of the tests."""
