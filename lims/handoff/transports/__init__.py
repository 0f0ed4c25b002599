"""Ways for a package to leave and a receipt to return. One file for each."""
