"""Organisations: laboratories, mortuaries, focal points, associations."""
