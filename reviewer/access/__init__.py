"""People, passwords, sessions and permissions."""
