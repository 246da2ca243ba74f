"""Whether what is kept is still what was stored, signed and decided: named checks and what they find."""
