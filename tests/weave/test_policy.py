"""The policy of a page names this host alone and the inline scripts that are in the page."""

import re

import pytest

from weave.policy import close, guarded, hashed

PAGE = """<!doctype html><html><head>
<meta charset="utf-8"><script>one()</script><script src="a.js"></script>
<script id="config" type="application/json">{"a": 1}</script></head>
<body><script type="module">two()</script></body></html>"""


OTHER = '<html><head><meta charset="utf-8"><script>three()</script></head></html>'


@pytest.fixture(params=[False, True], ids=["built", "served"])
def rules(tmp_path, request):
    """The policy of two pages, which must be one."""
    pages = [tmp_path / "index.html", tmp_path / "a" / "b" / "index.html"]
    for path, html in zip(pages, (PAGE, OTHER), strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(guarded(html), encoding="utf-8")
    close(tmp_path, serving=request.param)
    found = {policy(path.read_text(encoding="utf-8")) for path in pages}
    assert len(found) == 1
    return dict(part.split(" ", 1) for part in found.pop().split("; ")), request.param


def policy(html):
    [content] = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', html)
    assert html.index("charset") < html.index("Content-Security-Policy") < html.index("<script")
    return content


def test_scripts_of_the_pages_and_no_others(rules):
    """A served page may also be given the script that reloads it."""
    found, served = rules
    hashes = sorted(hashed(script) for script in ("one()", "two()", "three()"))
    assert found["script-src"].split() == ["'self'", "'wasm-unsafe-eval'", *(["'unsafe-inline'"] if served else hashes)]


def test_no_other_host_and_no_eval(rules):
    found, served = rules
    assert found["default-src"] == "'none'"
    assert found["connect-src"] == "'self'"
    words = {word for name, rule in found.items() for word in rule.split() if not word.startswith("'sha256-")}
    assert words == {"'none'", "'self'", "'unsafe-inline'", "'wasm-unsafe-eval'", "data:", "blob:"}
    assert ("'unsafe-inline'" in found["script-src"]) == served
