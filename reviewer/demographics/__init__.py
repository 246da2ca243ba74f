"""What applicants are asked, how their answers are grouped, and the places they come from."""
