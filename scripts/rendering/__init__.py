"""Rendering: every generated file of a service, table by table, and what is remembered between two runs."""
