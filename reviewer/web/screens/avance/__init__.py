"""The parts of the page of progress."""
