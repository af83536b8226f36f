"""Contracts from what is there already: tables of an account, and data models of other tools."""
