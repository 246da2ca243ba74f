"""The dialogs and labels of the page of people."""
