"""Corrections by hand, and how they survive later batches."""
