"""What the built site costs its readers, measured in Chromium: `make measure`.

Bytes and requests of a chapter before anything is pressed; time and bytes to the first result of a live cell, with an
empty cache and a full one; and Lighthouse on three pages. The server is on this machine and compresses text, so times
are those of the browser's work, not of a network.
"""

from __future__ import annotations

import argparse
import gzip
import http.server
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.site.conftest import FLAGS, NAMES, ROOT
from tests.site.server import Handler, prefix
from weave.node import node_binary

CHAPTER = "regression/linear-regression/"
JUDGED = ("", CHAPTER, "api/linear_model/ordinary/")
LIGHTHOUSE = ROOT / "bench" / "node_modules" / "lighthouse" / "cli" / "index.js"
WANTED = {"performance": 0.98, "accessibility": 1, "best-practices": 1, "seo": 1}
TIMEOUT = 180_000  # milliseconds
SENT: list[int] = []  # bytes of each body that the server has sent


class Compressing(Handler):
    """Serves as a common host of static sites does: text compressed, everything fresh for ten minutes."""

    def send_head(self) -> io.BytesIO | None:
        """Send status and headers; return the body."""
        file = Path(self.translate_path(self.path))
        file = file / "index.html" if file.is_dir() else file
        if not file.is_file():
            self.send_error(404)
            return None
        content, kind = file.read_bytes(), self.guess_type(str(file))
        packed = any(word in kind for word in ("text", "javascript", "json", "xml", "wasm"))
        content = gzip.compress(content, 6) if packed else content
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "max-age=600")
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        SENT.append(len(content))
        return io.BytesIO(content)


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Address of the home while the block runs."""
    root = prefix(site)
    handler = partial(Compressing, root=root, site=site, isolated=False)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{root}"
        server.shutdown()


def chromium() -> str:
    """Path of the browser."""
    found = os.environ.get("MLE_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        sys.exit("no Chromium: install one, or name it in MLE_CHROMIUM")
    return found


def traffic() -> str:
    """What was asked of the server since the last call."""
    told = f"{len(SENT)} requests, {sum(SENT) / 1e3:,.0f} kB"
    SENT.clear()
    return told


def run_first(page: Page) -> float:
    """Seconds from the click on the first Run to its result."""
    start = time.perf_counter()
    page.locator(".live-bar .live-btn", has_text="Run").first.click()
    page.locator(".live-status", has_text="Done").first.wait_for(timeout=TIMEOUT)
    return time.perf_counter() - start


def live(home: str) -> None:
    """Print what the first cells of a chapter cost, twice: with nothing in the cache, then with everything."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as profile:
        for state in ("empty cache", "full cache"):
            context = playwright.chromium.launch_persistent_context(profile, executable_path=chromium(), args=FLAGS)
            page = context.new_page()
            SENT.clear()
            page.goto(home + CHAPTER, wait_until="networkidle")
            print(f"{CHAPTER}, {state}")
            print(f"  before any click   {traffic()}")
            print(f"  first result       {run_first(page):.1f} s", end="")
            page.wait_for_load_state("networkidle")
            print(f", {traffic()}")
            print(f"  the same again     {run_first(page):.2f} s")
            context.close()


def lighthouse(home: str) -> bool:
    """Print Lighthouse's scores; whether all are as good as they should be."""
    good = True
    for url in JUDGED:
        command = [node_binary(), str(LIGHTHOUSE), home + url, "--preset=desktop", "--quiet", "--output=json"]
        flags = " ".join(["--headless=new", *FLAGS])
        environment = os.environ | {"CHROME_PATH": chromium()}
        done = subprocess.run([*command, f"--chrome-flags={flags}"], capture_output=True, text=True, env=environment)
        if done.returncode:
            sys.exit(f"Lighthouse failed on {url or 'the home page'}:\n{done.stderr}")
        audits = json.loads(done.stdout)["audits"].values()
        scores = {name: part["score"] for name, part in json.loads(done.stdout)["categories"].items()}
        print(f"Lighthouse, {url or 'home'}: " + ", ".join(f"{name} {scores[name] * 100:.0f}" for name in WANTED))
        for audit in audits:
            if audit.get("scoreDisplayMode") == "binary" and audit["score"] == 0:
                print(f"  {audit['title']}")
        good &= all(scores[name] >= least for name, least in WANTED.items())
    return good


def main() -> None:
    """`python -m bench.site`: measure site/, or the folder named."""
    parser = argparse.ArgumentParser(prog="python -m bench.site", description=__doc__.split("\n")[0])
    parser.add_argument("site", type=Path, nargs="?", default=ROOT / "site", help="the built site")
    with served(parser.parse_args().site) as home:
        live(home)
        if not lighthouse(home):
            sys.exit(f"below what is wanted: {WANTED}")


if __name__ == "__main__":
    main()
