"""What the page of screening is drawn from."""
