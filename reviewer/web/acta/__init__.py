"""The parts of the acta's page: draft and signature, lists and letters, what comes after publishing."""
