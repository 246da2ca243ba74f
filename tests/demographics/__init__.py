"""Tests of ``reviewer.demographics``."""
