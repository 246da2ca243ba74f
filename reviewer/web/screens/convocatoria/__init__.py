"""The parts of the call's page."""
