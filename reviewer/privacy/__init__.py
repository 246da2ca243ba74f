"""Duties under the privacy laws: requests about one's data, blocking, and deletion with its certificate."""
