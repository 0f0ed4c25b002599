"""Who held what, where, and how it passed on."""
