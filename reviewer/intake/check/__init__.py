"""Checks of rows, documents and whole calls, and the report of what they find."""
