"""The comparison of what is desired with what is live: tables, what they share, the cause of a difference, and its words."""
