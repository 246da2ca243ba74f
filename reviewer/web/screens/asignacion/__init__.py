"""The parts of the page of assignment."""
