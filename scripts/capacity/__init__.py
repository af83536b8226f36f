"""What a table has to carry, the capacity units that this needs, and which billing mode is cheaper. No AWS calls."""
