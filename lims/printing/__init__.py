"""Printing: label jobs, each a recorded operation."""
