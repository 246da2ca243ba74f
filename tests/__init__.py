"""Tests in the tree's mirror: ``reviewer/jury/reviews.py`` is tried by ``tests/jury/test_reviews.py``."""
