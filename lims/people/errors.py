"""What is refused at the door and at a signature."""

from lims.errors import NotPermitted


class NotProven(NotPermitted):
    """Who asks did not show again that they are who they are."""
