"""The jury's meeting: requirements, agenda, attendance, votes and decisions."""
