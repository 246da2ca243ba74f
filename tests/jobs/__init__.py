"""Tests of ``reviewer.jobs``."""
