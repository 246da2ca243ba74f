"""The parts of the cohort's page, its figures and their sentences."""
