"""One file for each device on a line. A driver takes a Link and listens to it."""
