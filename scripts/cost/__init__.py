"""What the tables of an environment cost in a month. Prices are dated data; what is not known is not estimated."""
