"""What the page of batches is drawn from."""
