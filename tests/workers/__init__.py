"""Real Workers, in the runtimes that run them, asking mockgw by their binding."""
