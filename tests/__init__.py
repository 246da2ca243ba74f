"""Tests in the tree's mirror: ``reviewer/jury/reviews/service.py`` is tried by ``tests/jury/reviews/test_service.py``."""
