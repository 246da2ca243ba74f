"""One file with all of an installation, database and documents; and a new installation out of it."""
