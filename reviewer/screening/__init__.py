"""Screening: a person compares an application with its documents and decides what the checks left open."""
