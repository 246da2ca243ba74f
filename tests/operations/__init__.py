"""Tests of ``reviewer.operations``."""
