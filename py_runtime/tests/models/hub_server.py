"""A server on this machine that speaks the routes of the hub that models are read by."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

#: Larger files are stored apart, as the hub does from 10 MB on.
LARGE = 20_000


@dataclass
class HubRepository:
    """One model: branches and tags to commits, commits to folders of files; with a token it is gated."""

    revisions: dict[str, str]
    commits: dict[str, Path]
    token: str | None = None


@dataclass
class Hub:
    """The running server: its address, what it was asked, and what it does wrong."""

    url: str
    requests: list[str] = field(default_factory=list)
    #: Bodies of these files break off after so many bytes, so many times.
    cut: dict[str, tuple[int, int]] = field(default_factory=dict)
    #: How ranges of these files are answered: "ignored" (the whole comes), "other" (a part that was not asked for).
    ranges: dict[str, str] = field(default_factory=dict)
    #: Bytes that are sent instead of these files', so many times.
    instead: dict[str, tuple[bytes, int]] = field(default_factory=dict)


@contextmanager
def serving(repositories: dict[str, HubRepository]) -> Iterator[Hub]:
    """Serve the repositories until the block ends."""
    hub = Hub("")

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def _answer(self, *, with_body: bool) -> None:
            path = self.path.split("?")[0]
            hub.requests.append(f"{self.command} {path} {self.headers.get('Range', '')}".strip())
            info = re.fullmatch(r"/api/models/([^/]+/[^/]+)/revision/([^/]+)", path)
            tree = re.fullmatch(r"/api/models/([^/]+/[^/]+)/tree/([^/]+)", path)
            resolve = re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path)
            match = info or tree or resolve
            repository = repositories.get(match[1]) if match else None
            if match is None or repository is None:
                return self._fail(404, "RepoNotFound")
            if repository.token and self.headers.get("Authorization") != f"Bearer {repository.token}":
                return self._fail(401, "GatedRepo")
            commit = repository.revisions.get(match[2], match[2])
            folder = repository.commits.get(commit)
            if folder is None:
                return self._fail(404, "RevisionNotFound")
            names = sorted(file.name for file in folder.iterdir() if file.is_file())
            if info:
                siblings = [{"rfilename": name} for name in names]
                return self._json(
                    {"_id": "1", "id": match[1], "modelId": match[1], "sha": commit, "siblings": siblings}
                )
            if tree:
                return self._json([_entry(folder / name) for name in names])
            file = folder / match[3]
            if not file.is_file():
                return self._fail(404, "EntryNotFound")
            return self._file(file, commit, with_body)

        def _file(self, file: Path, commit: str, with_body: bool) -> None:
            content = file.read_bytes()
            etag = _hash(content)
            if with_body and hub.instead.get(file.name, (b"", 0))[1] > 0:
                content, times = hub.instead[file.name]
                hub.instead[file.name] = (content, times - 1)
            asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
            lie = hub.ranges.get(file.name)
            asked = None if lie == "ignored" else asked
            start = int(asked[1]) if asked else 0
            if asked and start > 0 and lie == "other":
                start -= 1
            end = int(asked[2]) + 1 if asked and asked[2] else len(content)
            part = content[start:end]
            self.send_response(206 if asked else 200)
            if asked:
                self.send_header("Content-Range", f"bytes {start}-{end - 1}/{len(content)}")
            self.send_header("ETag", f'"{etag}"')
            self.send_header("X-Repo-Commit", commit)
            self.send_header("Content-Length", str(len(part)))
            self.send_header("Accept-Ranges", "bytes")
            self.end_headers()
            if not with_body:
                return
            most, times = hub.cut.get(file.name, (0, 0))
            if times > 0:
                hub.cut[file.name] = (most, times - 1)
                part = part[:most]
                self.close_connection = True
            self.wfile.write(part)

        def _json(self, value: object) -> None:
            body = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _fail(self, status: int, code: str) -> None:
            self.send_response(status)
            self.send_header("X-Error-Code", code)
            self.send_header("X-Error-Message", code)
            self.send_header("Content-Length", "0")
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _hash(content: bytes) -> str:
    """What the hub names a file by: SHA-256 where it stores it apart, Git's hash otherwise."""
    if len(content) > LARGE:
        return hashlib.sha256(content).hexdigest()
    return hashlib.sha1(f"blob {len(content)}\0".encode() + content).hexdigest()


def _entry(file: Path) -> dict[str, object]:
    content = file.read_bytes()
    entry: dict[str, object] = {"type": "file", "path": file.name, "size": len(content), "oid": _hash(content)}
    if len(content) > LARGE:
        entry |= {"oid": "0" * 40, "lfs": {"oid": _hash(content), "size": len(content), "pointerSize": 130}}
    return entry
