"""The pictures of the README: made from what the commands print about the sample, by a browser."""
