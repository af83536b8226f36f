"""Text for people: Markdown, the lines of YAML files, progress, prompts."""
