"""The keys that wrap the subjects' keys: files that their owner alone can read.

`subjects-<number>-<id>.key` in a folder of mode 0700; the highest number is in use, the
others only unwrap until everything is wrapped anew.
"""

from contextlib import suppress
from hashlib import blake2b
import hmac
import os
from pathlib import Path
import re
import secrets

from lims.boxes import KEY, DoesNotOpen, Key, decrypted, encrypted

_NAME = re.compile(r"subjects-(\d{6})-([0-9a-f]{16})\.key")
MARKING = "originals.key"
"""By it the same file given again is known. It is made once and never changed."""
_OTHERS = 0o077
_FORM = bytes((1, 1))
_ID = 8


class UnsafeKeys(Exception):
    """The files of the keys cannot be trusted or used; the text says why."""


class KeyRing:
    """One folder of wrapping keys. Nothing is read or made before the first use."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._keys: dict[str, bytes] = {}
        self._current = ""
        self._marking = b""

    @property
    def folder(self) -> Path:
        if self._folder is None:
            raise UnsafeKeys(
                "No folder for the subjects' keys is named. Name one by the setting "
                "'subject_keys'."
            )
        return self._folder

    @property
    def current(self) -> str:
        """The id of the key that wraps now; the first one is made at first use."""
        if not self._current:
            self._read()
        if not self._current:
            self.add()
        return self._current

    def mark(self, digest: str) -> str:
        """A hash of a file's SHA-256 that nobody without the folder can compute."""
        return hmac.digest(self._marks, digest.encode(), "sha256").hex()

    def token(self, word: str) -> bytes:
        """Likewise of a word: six bytes that tell where it may stand."""
        plain = word.encode("utf-8", "surrogatepass")
        return blake2b(plain, key=self._marks, digest_size=6).digest()

    @property
    def _marks(self) -> bytes:
        if not self._marking:
            self._marking = _kept_once(self.folder / MARKING)
        return self._marking

    def wrap(self, key: Key) -> bytes:
        """`version | algorithm | id of the wrapping key | nonce | wrapped key`."""
        self._read()  # another process may have made a newer key since
        current = self.current
        head = _FORM + bytes.fromhex(current)
        return head + encrypted(self._keys[current], _bound(key), key.secret)

    def unwrapped(self, subject: str, organisation: int, wrapped: bytes) -> Key:
        bare = Key(subject, organisation, b"")
        secret = self._secret(wrapped_by(wrapped))
        found = decrypted(secret, _bound(bare), wrapped[2 + _ID :])
        return Key(subject, organisation, found)

    def add(self) -> str:
        """Make the next key and use it from now on; its id."""
        _make_folder(self.folder)
        number = max((int(n) for n, _ in self._files()), default=0) + 1
        key, made = secrets.token_hex(_ID), secrets.token_bytes(KEY)
        path = self.folder / f"subjects-{number:06d}-{key}.key"
        _write_key(path, made)
        sync(self.folder)
        self._read()
        return self._current

    def others(self) -> set[str]:
        """The ids of the keys that went out of use before the last change.

        The one that was replaced last is not among them: a process at work may have
        wrapped with it what is not kept yet.
        """
        return {key for _, key in sorted(self._files())[:-2]}

    def destroy(self, key: str) -> None:
        """Overwrite and remove a key that wraps nothing any more, never the current."""
        if key == self.current:
            raise UnsafeKeys("The key that is in use cannot be destroyed.")
        for (_, found), path in self._files().items():
            if found == key:
                with path.open("r+b") as file:
                    file.write(secrets.token_bytes(KEY))
                    file.flush()
                    os.fsync(file.fileno())
                path.unlink()
        sync(self.folder)
        self._keys.pop(key, None)

    def _secret(self, key: str) -> bytes:
        if key not in self._keys:
            self._read()
        try:
            return self._keys[key]
        except KeyError:
            raise DoesNotOpen(
                f"The key '{key}' that wraps a subject's key is not in the folder "
                f"'{self.folder}'. Restore it from the keys' backup."
            ) from None

    def _read(self) -> None:
        if not self.folder.is_dir():
            return
        refuse_others(self.folder)
        found = self._files()
        for (_, key), path in found.items():
            self._keys[key] = _read_key(path)
        self._current = max(found, default=("", ""))[1]

    def _files(self) -> dict[tuple[str, str], Path]:
        matched = {path: _NAME.fullmatch(path.name) for path in self.folder.iterdir()}
        return {(m[1], m[2]): path for path, m in matched.items() if m}


def _kept_once(path: Path) -> bytes:
    """The key of a file, made at first use; of two makers both get the first's."""
    if not path.exists():
        _make_folder(path.parent)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(_ID)}.part")
        _write_key(draft, secrets.token_bytes(KEY))
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
        sync(path.parent)
    return _read_key(path)


def _write_key(path: Path, made: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(made)
        file.flush()
        os.fsync(file.fileno())


def _read_key(path: Path) -> bytes:
    refuse_others(path)
    secret = path.read_bytes()
    if len(secret) != KEY:
        raise UnsafeKeys(f"The key '{path}' has {len(secret)} bytes, expected {KEY}.")
    return secret


def wrapped_by(wrapped: bytes) -> str:
    """The id of the key that a subject's key is wrapped by."""
    if wrapped[:2] != _FORM:
        raise DoesNotOpen("This is no wrapped key.")
    return wrapped[2 : 2 + _ID].hex()


def refuse_others(path: Path) -> None:
    """A key, and what tells of erasures, is its owner's alone."""
    state = path.stat()
    if state.st_mode & _OTHERS or state.st_uid != os.geteuid():
        wanted = "0700" if path.is_dir() else "0600"
        raise UnsafeKeys(
            f"'{path}' has the mode {state.st_mode & 0o777:04o} and may be read by "
            f"others, expected {wanted} and the owner that runs the laboratory. Nothing"
            " is opened with keys that others may have copied."
        )


def sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _make_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    refuse_others(folder)


def _bound(key: Key) -> bytes:
    return f"subject_key|wrapped|{key.subject}|{key.organisation}".encode()
