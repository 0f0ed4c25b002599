"""Packages to the matching engine and their receipts."""
