"""Secrets out of recordings: what is kept, what stands in their place, and the last look."""
