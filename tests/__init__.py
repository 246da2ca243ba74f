"""Tests, laid out as the packages that they test: those of ``reviewer/cohort`` are in ``tests/cohort``."""
