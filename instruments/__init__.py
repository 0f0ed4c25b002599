"""Read what instruments write. Bytes in, frozen records out; nothing else.

No module below here knows of a database, a request or a sample's history.
"""
