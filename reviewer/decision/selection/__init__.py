"""The cohort: who fills the seats under the rules, who waits, and the scenarios in which that is weighed."""
