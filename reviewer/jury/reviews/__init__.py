"""A juror's own work: queue, documents, scores and notes."""
