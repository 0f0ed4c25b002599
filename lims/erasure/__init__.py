"""Erasure after a withdrawal: what is personal goes for good, and the proof stays."""
