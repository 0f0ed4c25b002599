"""What can go wrong, in the laboratory's words. The web maps these to statuses."""


class LimsError(Exception):
    """Base of every expected failure; str() is a sentence that is safe to show."""


class NotFound(LimsError):
    """Nothing has that code."""


class NotPermitted(LimsError):
    """The actor's roles, organisation or consent scope do not allow this."""


class RuleBroken(LimsError):
    """The laboratory's rules forbid this now."""


class BadInput(LimsError):
    """The input cannot be understood."""
