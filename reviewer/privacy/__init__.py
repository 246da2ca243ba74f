"""Duties under the privacy laws: requests about personal data, blocking, and deletion with a certificate."""
