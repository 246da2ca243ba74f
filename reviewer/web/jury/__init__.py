"""What the pages that run the jury are drawn from."""
