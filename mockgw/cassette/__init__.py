"""Recordings: what they hold, and reading whichever tool wrote them."""
