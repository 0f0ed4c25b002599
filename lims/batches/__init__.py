"""Plates, wells, controls and kits."""
