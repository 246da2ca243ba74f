"""Tests of ``reviewer.storage``."""
