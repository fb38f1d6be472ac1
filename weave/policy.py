"""The page's Content-Security-Policy: this host alone, also for what a reader's own cell asks for.

A static site cannot send headers, so the policy is a `meta` element, ahead of all that it governs. Python runs in a worker
that is started from a blob, because such a worker is bound by the policy of its page.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

CHARSET = '<meta charset="utf-8">'  # browsers look for it in the first 1,024 bytes, so it stays in front
INLINE = re.compile(r"<script(?![^>]*\ssrc=)(?![^>]*application/(?:ld\+)?json)[^>]*>(.*?)</script>", re.S)
SCRIPTS = "'sha256-of-all-inline-scripts'"  # until all are known
POLICY = {
    "default-src": "'none'",
    "script-src": f"'self' 'wasm-unsafe-eval' {SCRIPTS}",
    "style-src": "'self' 'unsafe-inline'",  # formulas are set with style attributes
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "manifest-src": "'self'",
    "base-uri": "'self'",
    "form-action": "'none'",
}
META = "; ".join(f"{name} {value}" for name, value in POLICY.items())


def guarded(html: str) -> str:
    """A page with its policy, in which the hashes of scripts are still open: `close` fills them in.

    >>> guarded("<head></head>")
    Traceback (most recent call last):
    ...
    ValueError: a page without <meta charset="utf-8">: its policy has no place
    """
    if html.count(CHARSET) != 1:
        raise ValueError(f"a page without {CHARSET}: its policy has no place")
    return html.replace(CHARSET, f'{CHARSET}<meta http-equiv="Content-Security-Policy" content="{META}">')


def close(site: Path, serving: bool = False) -> None:
    """Allow the inline scripts of the site by their hashes: all of them on every page.

    One policy for all, because a page that is put in place of another without a reload stays under the first's. While
    the site is served for editing, a script that reloads the page is put in afterwards: any inline one may run.
    """
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(site.rglob("*.html"))}
    hashes = {hashed(script) for html in pages.values() for script in INLINE.findall(html)}
    allowed = "'unsafe-inline'" if serving else " ".join(sorted(hashes))
    for path, html in pages.items():
        path.write_text(html.replace(SCRIPTS, allowed, 1), encoding="utf-8")


def hashed(script: str) -> str:
    """A script as a policy names it.

    >>> hashed("go()")
    "'sha256-5KYv+PUboo5h+0+YAtGRPbwv5d/QxzHslP4YGnUaxRw='"
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
