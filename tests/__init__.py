"""The tests; their tables are imported from one another."""
