"""The identity zone: events, remains, missing persons, donors, consents, code links.

The lab zone reaches it through `answers` only, which answers yes or no and records
that it was asked.
"""
