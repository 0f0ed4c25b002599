"""Anchors outside the house: witnesses' cosignatures and timestamps of checkpoints."""
