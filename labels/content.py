"""What a label says."""

from dataclasses import dataclass

from labels.errors import LabelError


@dataclass(frozen=True)
class Label:
    """One label. Never a name, a case number or a date: only what means nothing."""

    code: str
    """What the symbols hold."""
    text: str
    """The code as people read it, in groups that are parted by dashes."""
    captions: tuple[str, ...] = ()
    """Small lines below the text, such as the number of the copy."""
    mark: str = ""
    """Behind the last group, where there is no room for a line."""

    def __post_init__(self) -> None:
        if self.text.replace("-", "") != self.code:
            raise LabelError(
                f"A label with the symbol '{self.code}' may not say '{self.text}'."
            )
