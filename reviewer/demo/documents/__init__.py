"""The PDFs of the invented applications."""
