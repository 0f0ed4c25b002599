"""What can go wrong with labels. str() is a full sentence for people."""


class LabelError(Exception):
    """Base of every expected failure in this package."""


class DoesNotFit(LabelError):
    """A stock on which the symbols, their quiet zones or the text have no room."""


class DoesNotReadBack(LabelError):
    """A sheet of which a label does not read as its code. It must not leave."""
