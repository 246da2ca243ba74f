"""The calibrated ranking of the applications, its uncertainty, and further readings near the cut."""
