"""Tests of ``reviewer.export``."""
