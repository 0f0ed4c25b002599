"""Calls as imported, and the rules that judge them."""
