"""The audit trail: recording events, the hash chain, checking and reading it."""
