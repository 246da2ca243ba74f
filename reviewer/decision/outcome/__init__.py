"""After the acta: seat holders, notifications, replies and replacements."""
