"""What the page of the ranking is drawn from."""
