"""How quick it is, as ratios in one run. ``make bench`` runs all; ``python -m benchmarks NAME …`` some."""
