"""The parts of the selection's page."""
