"""A loopback server for the built site, under the path that it is made for."""

from __future__ import annotations

import http.server
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


def prefix(site: Path) -> str:
    """Path of the site's home, as the sitemap has it: `/`, or `/name/` where the site shares its host."""
    sitemap = site / "sitemap.xml"
    found = re.findall(r"<loc>([^<]*)</loc>", sitemap.read_text(encoding="utf-8")) if sitemap.exists() else []
    return min((urlsplit(url).path for url in found), key=len, default="/")


def pages(site: Path) -> list[str]:
    """Addresses of all pages, below the home."""
    files = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    return [name.removesuffix("index.html") for name in files]


def file_of(site: Path, url: str) -> Path:
    """File behind an address."""
    file = site / url
    return file / "index.html" if not url or url.endswith("/") or file.is_dir() else file


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder below a prefix; what is not there gets the site's own page for that."""

    def __init__(self, *arguments: Any, root: str, site: Path) -> None:
        self.root = root
        super().__init__(*arguments, directory=str(site))

    def translate_path(self, path: str) -> str:
        """File of an address; of one outside the prefix, a file that is not there."""
        path = urlsplit(path).path
        return super().translate_path("/" + path.removeprefix(self.root) if path.startswith(self.root) else "/not here")

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def serve(site: Path) -> Iterator[str]:
    """Address of the home while the block runs."""
    root = prefix(site)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, root=root, site=site))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{root}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
