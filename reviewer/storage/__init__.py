"""Documents by content hash, encryption, and uploads of batches."""
