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

    def __init__(self, *arguments: Any, root: str, site: Path, isolated: bool) -> None:
        self.root, self.isolated = root, isolated
        super().__init__(*arguments, directory=str(site))

    def translate_path(self, path: str) -> str:
        """File of an address; of one outside the prefix, a file that is not there."""
        path = urlsplit(path).path
        return super().translate_path("/" + path.removeprefix(self.root) if path.startswith(self.root) else "/not here")

    def do_GET(self) -> None:
        """Send the sitemap with the addresses of this server: the links of instant navigation are looked up in it."""
        if not self.path.endswith("/sitemap.xml"):
            super().do_GET()
            return
        text = Path(self.translate_path(self.path)).read_text(encoding="utf-8")
        content = re.sub(r"(?<=<loc>)https?://[^/]*", f"http://{self.headers['Host']}", text).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def end_headers(self) -> None:
        """Isolate the pages if that is wanted: then Python can be interrupted."""
        if self.isolated:
            self.send_header("Cross-Origin-Opener-Policy", "same-origin")
            self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def serve(site: Path, isolated: bool = False) -> Iterator[str]:
    """Address of the home while the block runs."""
    root = prefix(site)
    handler = partial(Handler, root=root, site=site, isolated=isolated)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{root}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
