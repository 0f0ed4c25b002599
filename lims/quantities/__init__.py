"""How much DNA a tube holds, as an instrument measured it: a suggestion, never an end.

Rule K1: quantification ends no sample. What was measured too low may be tested again.
"""
