"""Recordings: what they hold, reading whichever tool wrote them, and adding to them."""
