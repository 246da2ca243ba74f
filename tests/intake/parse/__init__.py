"""Tests of reading batches."""
