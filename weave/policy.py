"""The page's Content-Security-Policy: this host alone, also for what a reader's own cell asks for.

A static site cannot send headers, so the policy is a `meta` element, the first one of each page. Python runs in a worker
that is started from a blob, because such a worker is bound by the policy of its page.
"""

from __future__ import annotations

import base64
import hashlib
import re

HEAD = re.compile(r"<head>\s*")
INLINE = re.compile(r"<script(?![^>]*\ssrc=)(?![^>]*application/(?:ld\+)?json)[^>]*>(.*?)</script>", re.S)
POLICY = {
    "default-src": "'none'",
    "style-src": "'self' 'unsafe-inline'",  # formulas are set with style attributes
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "manifest-src": "'self'",
    "base-uri": "'self'",
    "form-action": "'none'",
}


def guarded(html: str, serving: bool = False) -> str:
    """A page with its policy, which allows the inline scripts that are in it by their hashes.

    While the site is served for editing, a script that reloads the page is put in afterwards: any inline one may run.

    >>> guarded("<head><script>go()</script></head>").partition("script-src ")[2].partition('"')[0]
    "'self' 'wasm-unsafe-eval' 'sha256-5KYv+PUboo5h+0+YAtGRPbwv5d/QxzHslP4YGnUaxRw='"
    """
    hashes = ["'unsafe-inline'"] if serving else sorted({hashed(script) for script in INLINE.findall(html)})
    scripts = " ".join(["'self'", "'wasm-unsafe-eval'", *hashes])
    policy = "; ".join(f"{name} {value}" for name, value in {**POLICY, "script-src": scripts}.items())
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return HEAD.sub(lambda m: m[0] + meta, html, count=1)


def hashed(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
