"""Review: two blind readings, technical review, release; who signed what."""
