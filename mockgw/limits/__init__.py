"""What a caller may have in a time, as buckets that fill again."""
