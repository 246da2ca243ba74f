"""Conflicts of interest: declared, detected and confirmed."""
