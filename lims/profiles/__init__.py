"""From replicate calls to a profile."""
