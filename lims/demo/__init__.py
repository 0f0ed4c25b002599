"""The demo laboratory: invented people, their bones, and what befell them in the lab.

From a fixed seed: the same people, plates and mishaps each time. Nothing here writes to
the database but the story, and the story does it by the laboratory's own operations.
"""
