"""The parts of the meeting's page: what is missing, the wall, the agenda, who is there."""
