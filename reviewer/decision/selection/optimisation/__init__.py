"""The mixed integer programme that fills the seats, its groups and rules, and what makes rules impossible."""
