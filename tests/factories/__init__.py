"""Factories of what tests work on: each stores a row, with defaults that keywords override."""
