"""Importing a batch, trying it first, and what reports say afterwards."""
