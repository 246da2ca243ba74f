"""Long commands that a page starts, with their progress in the database."""
