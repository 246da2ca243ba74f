"""The decision of a call: ranking, selection, deliberation, acta and what follows from it."""
