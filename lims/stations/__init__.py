"""Stations: the benches that bring readings, and what each of them heard."""
