"""Screening: applications that a person has to check before they are eligible."""
