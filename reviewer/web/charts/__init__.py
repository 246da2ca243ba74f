"""Figures: what they are made of, and how they are written to screen, file and paper."""
