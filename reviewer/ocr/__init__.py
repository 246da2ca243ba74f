"""Text of pages that are pictures, read by machine, kept by the hash of their document."""
