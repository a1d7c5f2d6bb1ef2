"""Downloads the large files of a model's repository to the hub's cache, and goes on where a transfer broke off.

huggingface_hub begins each file anew in each process, tells of a full disk when it is full, and compares lengths only.
What is fetched here lies in its cache under the names that it gives, so that it finds all and fetches the small files.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from fnmatch import fnmatch
from pathlib import Path
from typing import Protocol

from grait_runtime.errors import RuntimeFault
from grait_runtime.files.digests import file_digest
from grait_runtime.files.room import require_room
from grait_runtime.models.resumed_transfer import Transfer, bytes_there, fetch_whole

#: Files that are fetched at once: one connection seldom fills a line.
_AT_ONCE = 4
_POLL_SECONDS = 0.1
_HEX = set("0123456789abcdef")
#: The hub does not serve larger ones in one piece; they are left to huggingface_hub.
_LARGEST = 50_000_000_000


class Unwatched:
    """Stands for a call that nobody follows."""

    def check_cancelled(self) -> None:
        """Nobody cancels it."""

    def progress(self, done: float, total: float, unit: str, note: str = "") -> None:
        """Nobody looks."""


class Watch(Protocol):
    """What a download needs of a CallContext."""

    def check_cancelled(self) -> None:
        """Raise Cancelled if the client cancelled the call."""

    def progress(self, done: float, total: float, unit: str, note: str = "") -> None:
        """Report `done` of `total` `unit`s."""


def fetch_large_files(repository: str, revision: str | None, patterns: Sequence[str], watch: Watch) -> None:
    """Fetch the large files that match `patterns`, leave out `consolidated*`, and are not in the cache.

    RuntimeFault disk_full, before the first byte, says how much is needed and free; model_not_found (retryable) that a
    file did not come whole. What came of it is kept. Files that the hub does not list are left to huggingface_hub.
    """
    from huggingface_hub import HfApi, constants, hf_hub_url
    from huggingface_hub.file_download import repo_folder_name
    from huggingface_hub.hf_api import RepoFile

    try:
        api = HfApi()
        commit = api.model_info(repository, revision=revision, timeout=constants.HF_HUB_ETAG_TIMEOUT).sha
        listed = [entry for entry in api.list_repo_tree(repository, revision=commit) if isinstance(entry, RepoFile)]
    except Exception:  # huggingface_hub asks again, looks in its cache, and finds the words
        return
    blobs = Path(constants.HF_HUB_CACHE) / repo_folder_name(repo_id=repository, repo_type="model") / "blobs"
    transfers = {
        entry.lfs.sha256: Transfer(
            name=f"hub:{repository}: {entry.path}",
            url=hf_hub_url(repository, entry.path, revision=commit),
            size=entry.lfs.size,
            sha256=entry.lfs.sha256,
            path=blobs / entry.lfs.sha256,
        )
        for entry in listed
        if entry.lfs is not None and entry.lfs.size <= _LARGEST and _is_wanted(entry.path, patterns)
    }
    missing = [transfer for transfer in transfers.values() if not transfer.path.exists()]
    if missing:
        _fetch_all(f"hub:{repository}", missing, blobs, watch)


def require_as_named(repository: str, file: Path) -> None:
    """RuntimeFault model_unsupported if a file of the hub's cache is not what its name, a hash, says."""
    blob = file.resolve()
    name = blob.name
    if len(name) == 64 and set(name) <= _HEX:
        right = file_digest(file) == name
    elif len(name) == 40 and set(name) <= _HEX:
        content = blob.read_bytes()
        # Git's hash; proxies give the hash of the content alone.
        of_git = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
        right = name in (of_git, hashlib.sha1(content, usedforsecurity=False).hexdigest())
    else:
        return
    if not right:
        raise RuntimeFault(
            "model_unsupported",
            f"hub:{repository}: {file.name} is damaged: the hash of {blob} is not its name",
            hint=f"remove it, and it is fetched anew: rm {blob}",
        )


def _is_wanted(path: str, patterns: Sequence[str]) -> bool:
    return "/" not in path and not path.startswith("consolidated") and any(fnmatch(path, form) for form in patterns)


def _fetch_all(name: str, transfers: Sequence[Transfer], blobs: Path, watch: Watch) -> None:
    total = sum(transfer.size for transfer in transfers)

    def there() -> int:
        return sum(bytes_there(transfer) for transfer in transfers)

    require_room(blobs, total - there(), name)
    blobs.mkdir(parents=True, exist_ok=True)
    stop = threading.Event()
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="download") as pool:
        waiting = {pool.submit(fetch_whole, transfer, stop) for transfer in transfers}
        try:
            while waiting:
                done, waiting = wait(waiting, _POLL_SECONDS)
                watch.check_cancelled()
                watch.progress(there(), total, "bytes", f"downloading {name}")
                for future in done:
                    future.result()
        except BaseException:
            stop.set()
            for future in waiting:
                future.cancel()
            raise
