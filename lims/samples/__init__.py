"""Samples: every thing that wears a barcode, its lineage and amounts; places."""
