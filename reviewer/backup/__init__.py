"""A backup of the whole installation in one file, and restoring it."""
