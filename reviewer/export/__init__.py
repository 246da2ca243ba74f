"""Tables and workbooks of a call, for download."""
