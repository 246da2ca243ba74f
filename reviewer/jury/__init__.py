"""The jury: assignment of applications, conflicts of interest, reviews, discussion and their progress."""
