"""The policy of a page names this host alone and the inline scripts that are in the page."""

import re

from weave.policy import guarded, hashed

PAGE = """<!doctype html><html><head>
<meta charset="utf-8"><script>one()</script><script src="a.js"></script>
<script id="config" type="application/json">{"a": 1}</script></head>
<body><script type="module">two()</script></body></html>"""


def policy(html):
    content = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', html)[1]
    return dict(part.split(" ", 1) for part in content.split("; "))


def test_it_stands_before_all_that_it_governs():
    html = guarded(PAGE)
    assert html.index("Content-Security-Policy") < html.index("charset") < html.index("<script")
    assert html.count("Content-Security-Policy") == 1


def test_scripts_of_the_page_and_no_others():
    allowed = policy(guarded(PAGE))["script-src"].split()
    assert allowed == ["'self'", "'wasm-unsafe-eval'", *sorted([hashed("one()"), hashed("two()")])]


def test_no_other_host_and_no_eval():
    rules = policy(guarded(PAGE))
    assert rules["default-src"] == "'none'"
    assert rules["connect-src"] == "'self'"
    assert {word for rule in rules.values() for word in rule.split() if not word.startswith("'sha256-")} == {
        "'none'", "'self'", "'unsafe-inline'", "'wasm-unsafe-eval'", "data:", "blob:"
    }  # fmt: skip
    assert "'unsafe-inline'" not in rules["script-src"]


def test_a_served_page_may_be_given_the_script_that_reloads_it():
    assert policy(guarded(PAGE, serving=True))["script-src"] == "'self' 'wasm-unsafe-eval' 'unsafe-inline'"
