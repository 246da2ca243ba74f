"""The parts of the page of batches."""
