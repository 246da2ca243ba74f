"""Storing of rows: who is who, folios, documents, database tables."""
