"""Tests of storing rows."""
