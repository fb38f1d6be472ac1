"""Live cells: what a reader may do with them, and what they must withstand."""

from __future__ import annotations

import http.server
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.site.live import Cell, first, is_cell, programs, wheel
from tests.site.server import serve

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One reader for all tests that need not begin anew."""
    context = browser.new_context(reduced_motion="reduce", viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture(scope="module")
def shared(context: BrowserContext) -> Page:
    """A page whose Python runs on from test to test, as long as nothing but links is used."""
    return context.new_page()


@pytest.fixture
def page(shared: Page, home: str) -> Page:
    """The first chapter with a live cell, with the book's code."""
    url, _ = first(is_cell)
    if not shared.url.startswith(home + url):
        shared.goto(home + url)
    undo = shared.locator(".live-btn:not([hidden])", has_text="Undo changes")
    undo.evaluate_all("buttons => buttons.forEach(b => b.click())")
    return shared


@pytest.fixture
def cell(page: Page) -> Cell:
    """Its first live cell that draws no figure."""
    return Cell(page, first(is_cell)[1])


@pytest.fixture
def fresh(browser: Browser) -> Iterator[Page]:
    """A reader who has never been here."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


# ---- what a reader may do ------------------------------------------------------------------------------------------
def test_nothing_is_fetched_before_a_click(home: str, fresh: Page) -> None:
    seen: list[str] = []
    fresh.on("request", lambda request: seen.append(request.url))
    fresh.goto(home + first(is_cell)[0], wait_until="networkidle")
    expect(fresh.locator(".live-bar").first).to_be_visible()
    assert not [url for url in seen if "/live/" in url or "program." in url]


def test_what_a_cell_needs_runs_first(page: Page) -> None:
    """The last live cell of the page, at once: it gives the book's output, and says what ran before."""
    steps = programs()[first(is_cell)[0]]
    number = max(n for n, step in enumerate(steps) if is_cell(step) and step["needs"])
    cell = Cell(page, number)
    still = page.locator(f".live[data-step='{number}'] ~ .cell-out").first
    printed = still.inner_text().strip() if still.count() else ""
    assert re.fullmatch(r"Done after \d+ above in [\d.]+ s", cell.run())
    assert cell.text == printed
    assert not still.count() or still.is_hidden()
    assert re.fullmatch(r"Done in [\d.]+ s", cell.run()), "they ran twice"


def test_edit_by_keyboard(page: Page, cell: Cell) -> None:
    """Shift+Enter runs, Escape leaves; an indent is made, a value is shown."""
    cell.button("Edit").focus()
    page.keyboard.press("Enter")
    expect(cell.box.locator("textarea")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("def twice(value):\nreturn 2 * value\n")
    page.keyboard.press("Backspace")
    page.keyboard.type("twice(21)")
    assert "\n    return" in cell.box.locator("textarea").input_value()
    page.keyboard.press("Shift+Enter")
    cell.wait("Run")
    assert cell.text == "42"
    page.keyboard.press("Escape")
    expect(cell.go).to_be_focused()


def test_draft_is_kept_and_undone(context: BrowserContext, page: Page, cell: Cell) -> None:
    """In another tab, too: what was typed is there, and Undo brings back the book's code and output."""
    book = cell.box.locator("pre code").text_content()
    cell.write("print('mine')")
    other = context.new_page()
    other.goto(page.url)
    kept = Cell(other, first(is_cell)[1])
    assert kept.box.locator("pre code").text_content() == "print('mine')"
    still = other.locator(".cell-out").first
    assert kept.run().startswith("Done")
    assert kept.text == "mine"
    kept.button("Undo changes").click()
    assert kept.box.locator("pre code").text_content() == book
    expect(kept.out).to_be_hidden()
    expect(still).to_be_visible()
    kept.button("Redo").click()
    assert kept.box.locator("pre code").text_content() == "print('mine')"
    kept.button("Undo changes").click()
    other.reload()
    assert Cell(other, first(is_cell)[1]).box.locator("pre code").text_content() == book
    other.close()


def test_run_all_above_starts_afresh(page: Page, cell: Cell) -> None:
    """Names of one's own are gone, edited cells run as edited, and a later cell sees it."""
    assert cell.run("left_over = 1").startswith("Done")
    cell.write("edited = 2")
    later = Cell(page, [n for n, s in enumerate(programs()[first(is_cell)[0]]) if s.get("live")][1])
    assert later.run(by="Run all above") == "Ran 1 above"
    later.write("print(edited, 'left_over' in globals())")
    later.run()
    assert later.text == "2 False"


def mixed(step: dict[str, Any], steps: list[dict[str, Any]]) -> list[int]:
    """Needs of a live cell from its first live one on, if there are plain ones among them."""
    lives = [n for n in step["needs"] if is_cell(steps[n])]
    found = [n for n in step["needs"] if lives and n >= lives[0]]
    return found if is_cell(step) and any("live" not in steps[n] for n in found) else []


def test_what_came_of_edited_code_is_made_anew(home: str, fresh: Page) -> None:
    """A plain step between two live cells, too: once the first is edited, all that comes after it runs again."""
    url, number = first(mixed)
    steps = programs()[url]
    live, *after = mixed(steps[number], steps)
    fresh.goto(home + url)
    earlier, later = Cell(fresh, live), Cell(fresh, number)
    assert later.run().startswith("Done after")
    assert later.run().startswith("Done in"), "nothing was changed"
    assert earlier.run(steps[live]["code"] + "\nedited = 1").startswith("Done")
    assert later.run().startswith(f"Done after {len(after)} above")


def test_announced_error_is_no_failure(home: str, fresh: Page) -> None:
    url, number = first(lambda step, _: "raises" in step)
    name = programs()[url][number]["raises"]
    fresh.goto(home + url)
    cell = Cell(fresh, number)
    assert cell.run() == f"Raised {name}, as in the book"
    assert f"{name}: " in cell.text
    assert cell.run("1 / 0") == "Failed"


def test_traceback_shows_the_readers_lines_alone(cell: Cell) -> None:
    assert cell.run("import statistics\n\ndef f():\n    return statistics.mean([])\n\nf()") == "Failed"
    assert "return statistics.mean" in cell.text
    assert "StatisticsError: mean requires at least one data point" in cell.text
    assert cell.text.count("File ") == 2


def test_figure_follows_the_scheme(page: Page) -> None:
    url, number = first(lambda step, _: "figure" in step)
    if not page.url.endswith(url):
        page.goto(page.url.replace(first(is_cell)[0], url))
    cell = Cell(page, number)
    assert cell.run().startswith("Done")
    figure = page.locator(f"figure.fig[data-step='{number}']")
    assert figure.locator("img:visible").count() == 0
    alt = figure.locator("img").first.get_attribute("alt")
    assert figure.locator("svg[role=img]").get_attribute("aria-label") == alt
    colors = """f => [...f.querySelectorAll("svg [style*=--fig]")]
        .map(e => getComputedStyle(e).stroke + getComputedStyle(e).fill)"""
    before = figure.evaluate(colors)
    switch = "[data-md-component=palette] label:visible"
    page.locator(switch).click()
    after = figure.evaluate(colors)
    page.locator(switch).click()
    assert len(before) > 5
    assert after != before


def test_instant_navigation_keeps_python(page: Page, cell: Cell) -> None:
    """To another chapter by its link and back by the browser's button: one bar for each cell, the same Python."""
    cell.run("import sys\nsys.kept = 41")
    bars = page.locator(".live-bar").count()
    page.locator("a.md-footer__link").last.click()
    page.wait_for_url(lambda url: not url.endswith(first(is_cell)[0]))
    page.go_back()
    page.wait_for_url(lambda url: url.endswith(first(is_cell)[0]))
    expect(page.locator(".live-bar")).to_have_count(bars)
    again = Cell(page, first(is_cell)[1])
    again.run("import sys\nsys.kept = sys.kept + 1\nprint(sys.kept)")
    assert again.text == "42"


def test_back_button(home: str, fresh: Page) -> None:
    """After a page that was loaded anew: what was typed is still there, under one bar."""
    url, number = first(is_cell)
    fresh.goto(home + url)
    Cell(fresh, number).write("'typed before'")
    fresh.goto(f"{home}404.html")
    fresh.go_back()
    cell = Cell(fresh, number)
    expect(cell.box.locator(".live-bar")).to_have_count(1)
    assert cell.box.locator("pre code").text_content() == "'typed before'"
    assert cell.status.text_content() == "Not run yet"


def test_output_of_other_code_is_grey(page: Page, cell: Cell) -> None:
    """Also when the code is changed while it runs."""
    cell.write("import time; time.sleep(1); print('old')")
    expect(cell.box).to_have_class(re.compile(r"\bstale\b"))
    assert cell.status.text_content() == "Not run yet"
    assert cell.run().startswith("Done")
    expect(cell.box).not_to_have_class(re.compile(r"\bstale\b"))
    cell.go.click()
    cell.write("print('new')")
    expect(cell.go).to_have_text("Run", timeout=20_000)
    assert cell.text == "old"
    expect(cell.box).to_have_class(re.compile(r"\bstale\b"))


def test_small_screen(page: Page, cell: Cell) -> None:
    """Nothing is cut off or too small to touch."""
    width = 390
    page.set_viewport_size({"width": width, "height": 800})
    try:
        cell.run("print('wide ' * 60)\nlist(range(200))")
        buttons = cell.box.locator(".live-btn:visible")
        assert min(buttons.evaluate_all("all => all.map(e => e.getBoundingClientRect().height)")) >= 24
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    finally:
        page.set_viewport_size({"width": 1280, "height": 900})


def test_stop_on_a_cell_that_waits(page: Page, cell: Cell) -> None:
    """It leaves the queue, and the cell before it runs on; only when that has ended the chapter can start afresh."""
    numbers = [n for n, step in enumerate(programs()[first(is_cell)[0]]) if step.get("live")]
    later = Cell(page, numbers[1])
    cell.start("import time\nwhile True:\n    time.sleep(0.01)")
    later.go.click()
    expect(later.status).to_have_text("Waiting for another cell")
    later.button("Stop").click()
    assert later.wait("Run") == "Stopped"
    later.button("Run all above").click()
    expect(later.status).to_have_text("Another cell runs")
    expect(cell.go).to_have_text("Stop")
    expect(cell.status).to_have_text("Running")
    cell.button("Stop").click()
    assert cell.wait("Run") == "Stopped"


def test_stop_while_the_program_is_fetched(home: str, fresh: Page) -> None:
    """Nothing runs when it arrives; the next Run does."""
    held: list[Route] = []
    fresh.route("**/program.*.json", lambda route: held.append(route))
    fresh.goto(home + first(is_cell)[0])
    cell = Cell(fresh, first(is_cell)[1])
    cell.write("print('ran')")
    with fresh.expect_request("**/program.*.json"):
        cell.go.click()
    cell.button("Stop").click()
    assert cell.wait("Run") == "Stopped"
    with fresh.expect_response("**/program.*.json"):
        held[0].continue_()
    fresh.wait_for_timeout(300)
    assert (cell.text, cell.status.text_content()) == ("", "Stopped")
    assert cell.run().startswith("Done")
    assert cell.text == "ran"


# ---- what it must withstand ----------------------------------------------------------------------------------------
def test_million_lines(page: Page, cell: Cell) -> None:
    began = time.monotonic()
    cell.start("for i in range(1_000_000):\n    print(i)")
    assert page.evaluate("1 + 1") == 2, "the page is frozen"
    cell.wait("Run")
    assert time.monotonic() - began < 30
    assert len(cell.text) < 101_000
    assert re.search(r"… 6,\d{3},\d{3} more characters are not shown\.$", cell.text)


def test_too_much_memory(cell: Cell) -> None:
    """An error like any other; if Python itself breaks, that is said, and Run starts it anew."""
    assert cell.run("[0] * 10**9") == "Failed"
    assert "MemoryError" in cell.text
    assert cell.run("'alive'").startswith("Done")
    deep = "class A:\n    def __repr__(self):\n        return repr(self)\nrepr(A())"
    assert cell.run(f"import sys\nsys.setrecursionlimit(10**9)\n{deep}") == "Failed"
    assert "Python broke down" in cell.text or "RecursionError" in cell.text
    assert cell.run("'alive again'").startswith("Done")
    assert "alive again" in cell.text


def test_endless_loop_without_isolation(page: Page, cell: Cell) -> None:
    """Stopping costs what was defined, and the page says so; Run brings back what a cell needs."""
    cell.start("while True:\n    pass")
    assert page.evaluate("crossOriginIsolated") is False
    cell.button("Stop").click()
    assert cell.wait("Run") == "Stopped"
    assert "The next Run starts Python again." in cell.text
    assert cell.run("'up again'").startswith("Done")


def test_endless_loop_with_isolation(site: Path, browser: Browser) -> None:
    """Stopping interrupts: what was defined is still there."""
    url, number = first(is_cell)
    with serve(site, isolated=True) as home:
        page = browser.new_page()
        page.goto(home + url)
        assert page.evaluate("crossOriginIsolated") is True
        cell = Cell(page, number)
        cell.run("kept = 7")
        cell.start("while True:\n    pass")
        cell.button("Stop").click()
        assert cell.wait("Run") == "Stopped"
        assert "KeyboardInterrupt" in cell.text
        cell.run("print(kept)")
        assert cell.text == "7"
        page.close()


def test_two_tabs(context: BrowserContext, page: Page, cell: Cell) -> None:
    """Each has a Python of its own."""
    other = context.new_page()
    other.goto(page.url)
    twin = Cell(other, first(is_cell)[1])
    cell.run("here = 'first tab'")
    twin.run("print('here' in globals())")
    assert twin.text == "False"
    other.close()


@pytest.fixture
def stranger() -> Iterator[tuple[str, list[str]]]:
    """Another host, and what was asked of it."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def calls(address: str) -> str:
    """A cell that tries to reach a host by all ways at once."""
    return (
        "import js, asyncio, pyodide.code, pyodide.http\n"
        f"calls = [js.fetch('{address}/fetch'), asyncio.ensure_future(pyodide.http.pyfetch('{address}/pyfetch'))]\n"
        f"for call in (lambda: pyodide.http.open_url('{address}/open'),\n"
        f"             lambda: js.WebSocket.new('{address.replace('http', 'ws')}/socket'),\n"
        f"             lambda: pyodide.code.run_js(\"import('{address}/module').catch(() => 0)\")):\n"
        "    try:\n        call()\n    except Exception as error:\n        print('refused')\n"
        "class Page:\n    def _repr_html_(self):\n"
        f"        return '<img src={address}/image onerror=fetch(1)>'\\\n"
        f"            '<META http-equiv=refresh content=\"0;url={address}/refresh\">'\n"
        "Page()"
    )


def test_no_cell_reaches_another_host(page: Page, cell: Cell, stranger: tuple[str, list[str]]) -> None:
    """Neither Python by JavaScript's means, nor by Pyodide's own, nor what a cell shows as HTML."""
    address, asked = stranger
    cell.run(calls(address))
    page.wait_for_timeout(500)
    assert "refused" in cell.text
    assert cell.out.locator("img").count() == 1
    assert asked == []


def test_it_is_the_policy_that_keeps_cells_from_other_hosts(
    home: str, browser: Browser, stranger: tuple[str, list[str]]
) -> None:
    """In a browser that heeds none, all is reached but what no policy could prevent."""
    address, asked = stranger
    page = browser.new_page(bypass_csp=True)
    url, number = first(is_cell)
    page.goto(home + url)
    assert Cell(page, number).run(calls(address)).startswith("Done")
    page.wait_for_timeout(500)
    page.close()
    assert set(asked) == {"/fetch", "/pyfetch", "/open", "/socket", "/module", "/image"}


def fails_to_start(fresh: Page, address: str) -> Cell:
    """Run the first live cell, which must fail, and leave its buttons as they were."""
    fresh.goto(address)
    cell = Cell(fresh, first(is_cell)[1])
    assert cell.run() == "Failed"
    expect(cell.go).to_be_enabled()
    return cell


@pytest.mark.parametrize("part", ["run.js*", "worker.js", "pyodide.asm.wasm", "shell.py", "program.*.json"])
def test_blocked_runtime(home: str, fresh: Page, part: str) -> None:
    """It says what to do; once the part is there, Run works."""
    fresh.route(f"**/{part}", lambda route: route.abort())
    cell = fails_to_start(fresh, home + first(is_cell)[0])
    assert "Check the connection, then press Run again." in cell.text
    fresh.unroute(f"**/{part}")
    assert cell.run().startswith("Done")


def test_runtime_cut_short(home: str, fresh: Page) -> None:
    """What begins to arrive and is not whole is told like what does not arrive; it is no endless wait."""
    fresh.route("**/pyodide.asm.wasm", lambda route: route.fulfill(body=b"\0asm", content_type="application/wasm"))
    cell = fails_to_start(fresh, home + first(is_cell)[0])
    assert "Check the connection, then press Run again." in cell.text


@pytest.mark.parametrize(
    "answer", [{"json": {"steps": []}}, {"status": 404, "body": "not here"}], ids=["other", "gone"]
)
def test_page_that_is_older_than_the_site(home: str, fresh: Page, answer: dict[str, Any]) -> None:
    """It says so each time, and the cells of other pages are none the worse for it."""
    url, _ = first(is_cell)
    fresh.route(f"**/{url}program.*.json", lambda route: route.fulfill(**answer))
    cell = fails_to_start(fresh, home + url)
    assert "Reload the page." in cell.text
    assert cell.run() == "Failed"
    other, number = next((u, n) for u, s in programs().items() if u != url for n, step in enumerate(s) if is_cell(step))
    go = "url => document.body.appendChild(Object.assign(document.createElement('a'), { href: url })).click()"
    fresh.evaluate(go, home + other)
    fresh.wait_for_url(home + other)
    assert Cell(fresh, number).run().startswith("Done")


def test_editor_that_did_not_come(home: str, fresh: Page) -> None:
    """The next Edit asks for it again."""
    fresh.route("**/editor.js*", lambda route: route.abort())
    fresh.goto(home + first(is_cell)[0])
    cell = Cell(fresh, first(is_cell)[1])
    cell.button("Edit").click()
    expect(cell.status).to_have_text("The editor could not be fetched.")
    fresh.unroute("**/editor.js*")
    cell.write("'written'")
    assert cell.box.locator("textarea").input_value() == "'written'"


def test_corrupted_wheel_is_refused(site: Path, home: str, fresh: Page) -> None:
    name = wheel("mle")
    content = next(site.glob(f"live/*/{name}")).read_bytes() + b"x"
    fresh.route(f"**/{name}", lambda route: route.fulfill(body=content, content_type="application/octet-stream"))
    cell = fails_to_start(fresh, home + first(is_cell)[0])
    assert "mle: " in cell.text
    assert "not the bytes that the book was built with" in cell.text


def test_without_script(home: str, browser: Browser) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(home + first(is_cell)[0])
    assert page.locator(".live-bar").count() == 0
    expect(page.locator(".live pre").first).to_be_visible()
    page.close()


def test_without_webassembly(home: str, fresh: Page) -> None:
    fresh.add_init_script("delete window.WebAssembly")
    fresh.goto(home + first(is_cell)[0])
    expect(fresh.locator(".live pre").first).to_be_visible()
    assert fresh.locator(".live-bar").count() == 0


def test_from_a_folder_on_disk(site: Path, fresh: Page) -> None:
    """A page opened as a file has its listings, and nothing to press that would not work."""
    errors: list[str] = []
    fresh.on("pageerror", lambda error: errors.append(str(error)))
    fresh.goto((site / first(is_cell)[0] / "index.html").as_uri())
    expect(fresh.locator(".live pre").first).to_be_visible()
    assert fresh.locator(".live-bar").count() == 0
    assert urlsplit(fresh.url).scheme == "file"
    assert errors == []


# ---- data sets -----------------------------------------------------------------------------------------------------
LOAD = "from mle.datasets import load\nload('{}').X.shape"


def no_needs(step: dict[str, Any], steps: list[dict[str, Any]]) -> bool:
    """A live cell that needs no other."""
    return is_cell(step) and not step["needs"]


def data_in(urls: list[str]) -> list[str]:
    """Names of the data sets among addresses."""
    return [url.rpartition("/")[2] for url in urls if "/data/" in url]


def test_a_data_set_is_fetched_when_a_cell_reads_it(home: str, fresh: Page) -> None:
    """That one and no other, once; a packed one is unpacked by Python."""
    seen: list[str] = []
    fresh.on("request", lambda request: seen.append(request.url))
    fresh.goto(home + first(is_cell)[0])
    cell = Cell(fresh, first(no_needs)[1])
    assert cell.run("from mle.datasets import list_datasets, store\nstore.data_folder(), list_datasets()").startswith(
        "Done"
    )
    assert "'anscombe'" in cell.text
    assert data_in(seen) == []
    assert cell.run(LOAD.format("diabetes")).startswith("Done")
    assert cell.text == "(442, 10)"
    assert data_in(seen) == ["diabetes.csv"]
    assert cell.run(LOAD.format("diabetes")).startswith("Done")
    assert data_in(seen) == ["diabetes.csv"]
    assert cell.run(LOAD.format("digits")).startswith("Done")
    assert cell.text == "(1797, 64)"
    assert data_in(seen) == ["diabetes.csv", "digits_8x8.csv.bin"]
    assert cell.run("(store.data_folder() / 'wine.csv').stat().st_size").startswith("Done")
    assert cell.text == "12985"
    assert len(data_in(seen)) == 2


def test_a_data_set_that_cannot_be_fetched(home: str, fresh: Page) -> None:
    """It says so, and what to do; Python lives on, and once the file is there, Run works."""
    fresh.route("**/data/faithful.csv", lambda route: route.abort())
    fresh.route("**/data/wine.csv", lambda route: route.fulfill(status=404))
    fresh.goto(home + first(is_cell)[0])
    cell = Cell(fresh, first(no_needs)[1])
    cell.run("kept = 7")
    for name, status in (("faithful", 0), ("wine", 404)):
        assert cell.run(LOAD.format(name)) == "Failed"
        assert f"{name}.csv could not be fetched. " in cell.text
        assert "Check the connection, then press Run again." in cell.text
        assert "OSError" in cell.text
        assert f"{name}.csv: status {status}." in cell.text
    fresh.unroute_all()
    assert cell.run(LOAD.format("wine") + ", kept").startswith("Done")
    assert cell.text == "((178, 13), 7)"


def test_a_data_set_that_was_altered(home: str, fresh: Page) -> None:
    """It is refused, with what was expected and what was found; half a file is fetched again."""
    fresh.route("**/data/faithful.csv", lambda route: route.fulfill(body="eruptions,waiting\n3.6,79\n"))
    fresh.goto(home + first(is_cell)[0])
    cell = Cell(fresh, first(no_needs)[1])
    assert cell.run(LOAD.format("faithful")) == "Failed"
    assert "DatasetError" in cell.text
    assert "faithful.csv is truncated: expected 2293 bytes with sha256 35755e10" in cell.text
    assert "found 25 bytes" in cell.text
    fresh.unroute_all()
    assert cell.run(LOAD.format("faithful")).startswith("Done")
