"""What the review page is made of beside its two halves."""
