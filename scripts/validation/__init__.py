"""The parts of the validation of an environment: what is looked at beside the tables, how it waits, and its probes."""
