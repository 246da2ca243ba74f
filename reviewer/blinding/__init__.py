"""What a blind call hides from the jury."""
