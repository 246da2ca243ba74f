"""The dialogs of the page of flags."""
