"""Rules in a file: what answers which call, said by meaning and checked when loaded."""
