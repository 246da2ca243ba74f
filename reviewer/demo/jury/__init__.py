"""The simulated jury and its readings."""
