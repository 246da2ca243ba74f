"""Checks that the stored data is consistent, and is what was stored, signed and decided."""
