"""Intake: reads batches of applications, checks them, stores them and lets people correct them."""
