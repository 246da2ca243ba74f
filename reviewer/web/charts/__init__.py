"""Figures: what they are made of, how they are laid out, and how they are written to screen, file and paper."""
