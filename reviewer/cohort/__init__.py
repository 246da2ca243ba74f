"""Who applied, in numbers: counts by question, place, time and stage, and what of them may be published."""
