"""The demo: an invented cohort with its documents, jury and readings."""
