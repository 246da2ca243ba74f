"""Tables as files: CSV, workbooks, and the encodings of text."""
