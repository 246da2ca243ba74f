"""Tests of corrections by hand."""
