"""Reading of batches: archives, tables, columns, dates, places. Nothing is stored."""
