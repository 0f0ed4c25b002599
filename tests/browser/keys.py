"""Fingers and scanners: key events with exact times, on any keyboard layout.

The browser takes an event's time from us, so that "3 ms between characters" is true on
a slow machine as well.
"""

from dataclasses import dataclass
import time

from playwright.sync_api import CDPSession, Page

AZERTY = {
    "Digit0": "à", "Digit1": "&", "Digit2": "é", "Digit3": '"', "Digit4": "'",
    "Digit5": "(", "Digit6": "-", "Digit7": "è", "Digit8": "_", "Digit9": "ç",
    "KeyA": "q", "KeyQ": "a", "KeyM": ",", "KeyW": "z", "KeyZ": "w", "Minus": ")",
    "BracketRight": "$",
}  # fmt: skip
"""What a French keyboard's driver makes of the keys without shift, where it differs."""
QWERTZ = {"KeyY": "z", "KeyZ": "y", "Minus": "ß", "BracketRight": "+"}
US: dict[str, str] = {}
SIGNS = {"-": "Minus", "]": "BracketRight", ".": "Period", "/": "Slash", " ": "Space"}
SHIFT = 8


@dataclass
class Keys:
    """One keyboard or scanner at a page."""

    page: Page

    def __post_init__(self) -> None:
        self._session: CDPSession = self.page.context.new_cdp_session(self.page)
        self._now = time.time()

    def scan(
        self, text: str, gap: float, layout: dict[str, str] = US, end: str = "Enter"
    ) -> None:
        """A scanner set to a US keyboard sends a code and its end, `gap` ms apart."""
        self.write(text, gap, layout)
        if end:
            self.press(end, gap)

    def write(self, text: str, gap: float, layout: dict[str, str] = US) -> None:
        for sign in text:
            key = layout.get(_code(sign), sign.lower())
            shifted = sign.isupper()
            self._send(
                _code(sign), key.upper() if shifted else key, gap, shifted=shifted
            )

    def press(self, key: str, gap: float = 200) -> None:
        self._send(key, key, gap, text="\r" if key == "Enter" else "")

    def wait(self, milliseconds: float) -> None:
        self.page.wait_for_timeout(milliseconds)

    def _send(
        self, code: str, key: str, gap: float, text: str | None = None, *,
        shifted: bool = False,
    ) -> None:  # fmt: skip
        self._now = max(self._now + gap / 1000, time.time() if gap > 50 else 0)
        facts = {"code": code, "key": key, "modifiers": SHIFT if shifted else 0}
        down = {"timestamp": self._now, "text": key if text is None else text}
        self._session.send("Input.dispatchKeyEvent", {"type": "keyDown"} | facts | down)
        up = {"type": "keyUp", "timestamp": self._now + gap / 3000}
        self._session.send("Input.dispatchKeyEvent", up | facts)


def _code(sign: str) -> str:
    if sign.isdigit():
        return f"Digit{sign}"
    return SIGNS.get(sign) or f"Key{sign.upper()}"
