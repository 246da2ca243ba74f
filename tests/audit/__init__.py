"""Tests of ``reviewer.audit``."""
