"""Those who may answer, and the order in which each mode asks them."""
