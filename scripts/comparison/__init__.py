"""The comparison of what is desired with what is live, and its findings in words."""
