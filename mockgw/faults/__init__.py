"""What goes wrong on purpose: faults of an answer, errors by name, and rules that say when."""
