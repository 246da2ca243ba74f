"""What the page of one application is drawn from."""
