"""Figures: their marks, and writing them to the screen, to files and to paper."""
