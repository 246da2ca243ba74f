"""A call: its file, changes of it, and points of its rubric."""
