"""Dictamen: a jury scores applications, and coordinators select and sign who is admitted."""

__version__ = "0.2.0"
