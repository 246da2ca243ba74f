"""The parts of the system's page."""
