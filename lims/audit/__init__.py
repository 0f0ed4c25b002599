"""The record: what was done, by whom, when, written with the change it tells of."""
