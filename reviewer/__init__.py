"""Dictamen: the room where a jury decides who gets in."""
