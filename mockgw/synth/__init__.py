"""Answers made up on the spot, and all that they are made of."""
