"""Tests of ``reviewer.call``."""
