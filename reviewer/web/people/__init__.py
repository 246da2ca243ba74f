"""What the page of people is drawn from."""
