"""What an administrator does once, and what makes sure that it was done: the environments of the repository on GitHub."""
