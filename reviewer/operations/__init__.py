"""Starting an installation, its health and its state."""
