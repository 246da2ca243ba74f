"""The parts of the page of reviewing."""
