"""Figures: numbers of ``reviewer.cohort`` go in, plotly figures and sentences come out."""
