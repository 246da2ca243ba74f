"""What coordinators see and do while the jury works."""
