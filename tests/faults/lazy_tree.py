"""A file system with two trees: what programs see, and what is on the disk for certain.

    python -m tests.faults.lazy_tree VIEW DURABLE MOUNT

What is written reaches DURABLE only when it is synced. Names, sizes by creation and
modes reach both at once, as on an ordered journalling file system. Freeze the process
and kill it: DURABLE is then what a power cut leaves. The idea is LazyFS's.
"""

# ruff: noqa: ARG002 - the kernel gives each call more than it needs

from collections import defaultdict
import os
import sys
from threading import RLock
from typing import Any

import mfusepy as fuse

STAT = (
    "st_atime", "st_ctime", "st_gid", "st_mode", "st_mtime", "st_nlink", "st_size",
    "st_uid", "st_blocks", "st_ino",
)  # fmt: skip
SPACE = (
    "f_bavail", "f_bfree", "f_blocks", "f_bsize", "f_favail", "f_ffree", "f_files",
    "f_flag", "f_frsize", "f_namemax",
)  # fmt: skip


class LazyTree(fuse.Operations):  # type: ignore[misc] # the package has no types
    use_ns = False

    def __init__(self, view: str, durable: str) -> None:
        self._view, self._both = view, (view, durable)
        self._durable = durable
        self._pending: dict[str, list[tuple[int | None, Any]]] = defaultdict(list)
        self._names: dict[int, str] = {}
        self._lock = RLock()

    def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
        found = os.lstat(self._view + path)
        return {name: getattr(found, name) for name in STAT}

    def readdir(self, path: str, fh: int) -> list[str]:
        return [".", "..", *os.listdir(self._view + path)]  # noqa: PTH208 - names

    def statfs(self, path: str) -> dict[str, Any]:
        found = os.statvfs(self._view + path)
        return {name: getattr(found, name) for name in SPACE}

    def mkdir(self, path: str, mode: int) -> None:
        user, group, _ = fuse.fuse_get_context()
        for root in self._both:
            os.mkdir(root + path, mode)  # noqa: PTH102 - paths are text here
            os.chown(root + path, user, group)

    def rmdir(self, path: str) -> None:
        for root in self._both:
            os.rmdir(root + path)  # noqa: PTH106 - as above

    def unlink(self, path: str) -> None:
        with self._lock:
            for root in self._both:
                os.unlink(root + path)  # noqa: PTH108 - as above
            self._pending.pop(path, None)

    def rename(self, old: str, new: str) -> None:
        with self._lock:
            for root in self._both:
                os.rename(root + old, root + new)  # noqa: PTH104 - as above
            self._pending.pop(new, None)
            if waiting := self._pending.pop(old, None):
                self._pending[new] = waiting
            for handle, name in self._names.items():
                if name == old:
                    self._names[handle] = new

    def symlink(self, target: str, source: str) -> None:
        for root in self._both:
            os.symlink(source, root + target)  # noqa: PTH211 - as above

    def link(self, target: str, source: str) -> None:
        for root in self._both:
            os.link(root + source, root + target)

    def readlink(self, path: str) -> str:
        return os.readlink(self._view + path)  # noqa: PTH115 - as above

    def chmod(self, path: str, mode: int) -> int:
        for root in self._both:
            os.chmod(root + path, mode)  # noqa: PTH101 - as above
        return 0

    def chown(self, path: str, uid: int, gid: int) -> int:
        for root in self._both:
            os.chown(root + path, uid, gid)
        return 0

    def utimens(self, path: str, times: Any = None) -> None:
        os.utime(self._view + path, times)

    def create(self, path: str, mode: int, fi: Any = None) -> int:
        user, group, _ = fuse.fuse_get_context()
        with self._lock:
            for root in reversed(self._both):
                handle = os.open(root + path, os.O_RDWR | os.O_CREAT, mode)
                os.fchown(handle, user, group)
                if root == self._durable:
                    os.close(handle)
            self._names[handle] = path
            return handle

    def open(self, path: str, flags: int) -> int:
        handle = os.open(self._view + path, os.O_RDWR)
        with self._lock:
            self._names[handle] = path
        if flags & os.O_TRUNC:
            self.truncate(path, 0)
        return handle

    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        return os.pread(fh, size, offset)

    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        with self._lock:
            count = os.pwrite(fh, data, offset)
            self._pending[self._names.get(fh, path)].append((offset, bytes(data)))
        return count

    def truncate(self, path: str, length: int, fh: int | None = None) -> None:
        with self._lock:
            os.truncate(self._view + path, length)
            self._pending[path].append((None, length))

    def fsync(self, path: str, datasync: int, fh: int) -> int:
        with self._lock:
            name = self._names.get(fh, path)
            waiting = self._pending.pop(name, [])
            if not waiting:
                return 0
            handle = os.open(self._durable + name, os.O_RDWR | os.O_CREAT)
            for offset, data in waiting:
                if offset is None:
                    os.ftruncate(handle, data)
                else:
                    os.pwrite(handle, data, offset)
            os.close(handle)
        return 0

    def fsyncdir(self, path: str, datasync: int, fh: int) -> int:
        return 0

    def flush(self, path: str, fh: int) -> int:
        return 0

    def release(self, path: str, fh: int) -> int:
        with self._lock:
            self._names.pop(fh, None)
        os.close(fh)
        return 0


if __name__ == "__main__":
    seen, kept, mount = sys.argv[1:]
    others = os.geteuid() == 0
    fuse.FUSE(LazyTree(seen, kept), mount, foreground=True, allow_other=others)
