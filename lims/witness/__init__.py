"""A witness: remembers how far another organisation's log had grown, and says so.

A stranger to the laboratory: it knows the tree, the notes and the time, and no
database of a laboratory. A partner organisation runs it (`lims witness`).
"""
