"""Tests of ``reviewer.core``."""
