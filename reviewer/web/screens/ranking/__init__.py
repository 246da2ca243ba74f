"""The parts of the ranking's page."""
