"""The generated Markdown: a page per service, per table, and per environment."""
