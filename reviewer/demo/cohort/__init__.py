"""The invented applicants: who they are, what they want to write, how good it is and what is wrong."""
