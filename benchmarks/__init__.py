"""Benchmarks, as ratios within one run. ``make bench`` runs all; ``python -m benchmarks NAME …`` some."""
