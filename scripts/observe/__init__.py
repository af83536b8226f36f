"""What AWS says: the connection, batch reading, and the live state of tables, stacks and alarms."""
