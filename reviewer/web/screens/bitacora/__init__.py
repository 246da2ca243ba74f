"""The filters of the page of the audit trail."""
