"""The parts of an application's page."""
