"""Tests of importing batches and trying them."""
