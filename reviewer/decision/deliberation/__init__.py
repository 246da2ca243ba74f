"""The jury's meeting: what it needs, its agenda, who is there, votes by hand, and what is decided."""
