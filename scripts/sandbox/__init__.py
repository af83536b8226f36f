"""Try copies of the generated templates with taskcat, in the local AWS or in a sandbox account, and leave nothing behind."""
