"""What the page of the call is drawn from."""
