"""What can be erased: each subject's key, and what is sealed under it."""
