"""The parts of the page of screening."""
