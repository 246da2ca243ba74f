"""Descriptions of the cohort's figures: data, sentence and encoding, for the screen and for paper."""
