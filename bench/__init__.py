"""Speed and memory: each module prints one JSON line for each figure."""
