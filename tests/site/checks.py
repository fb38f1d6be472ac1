"""What must hold of a page that a browser shows. Each check returns what is wrong, in words; an empty list is good."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, Request, Response

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PRESSED = "button, input:not([type=hidden]), .md-header, .md-sidebar, .md-code__nav, .live-bar, .headerlink"


class Watch:
    """Listens to a page while it loads: requests to others, failures, complaints in the console."""

    def __init__(self, page: Page, host: str) -> None:
        self.host, self.problems, self.fonts = host, list[str](), set[str]()
        page.on("request", self.request)
        page.on("requestfailed", lambda request: self.problems.append(f"failed: {request.url} ({request.failure})"))
        page.on("response", self.response)
        page.on("console", lambda message: self.console(message.type, message.text))
        page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))

    def request(self, request: Request) -> None:
        """Note a request that leaves the site."""
        url = urlsplit(request.url)
        if url.scheme not in ("data", "blob") and url.netloc != self.host:
            self.problems.append(f"request to another host: {request.url}")

    def response(self, response: Response) -> None:
        """Note an answer that is no good, and which fonts come."""
        if response.status >= 400:
            self.problems.append(f"status {response.status}: {response.url}")
        if response.request.resource_type == "font":
            self.fonts.add(urlsplit(response.url).path)

    def console(self, kind: str, text: str) -> None:
        """Note errors and warnings that a reader could see in the console."""
        if kind in ("error", "warning"):
            self.problems.append(f"console {kind}: {text}")

    def take(self) -> list[str]:
        """What was wrong since the last call."""
        found, self.problems = self.problems, []
        return found


def settle(page: Page) -> None:
    """Fetch the pictures below the fold, and wait for them, for the fonts and for the script."""
    page.wait_for_function("() => !document.querySelector('.run:not(.seen)')")  # the script measures one run at a time
    page.evaluate("""async () => {
        const shown = [...document.images].filter(i => i.checkVisibility());
        for (const i of shown) i.loading = "eager";
        await Promise.all(shown.map(i => i.decode().catch(() => 0)));
        await document.fonts.ready;
        await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    }""")


def scheme(page: Page, wanted: str) -> list[str]:
    """The page has taken the reader's scheme."""
    shown = page.evaluate("document.body.dataset.mdColorScheme")
    return [] if shown == {"light": "default", "dark": "slate"}[wanted] else [f"the scheme is {shown}, not {wanted}"]


def sideways(page: Page) -> list[str]:
    """Nothing is wider than the window."""
    wide = page.evaluate("""() => {
        const root = document.documentElement;
        if (root.scrollWidth <= innerWidth) return null;
        const out = [...document.body.querySelectorAll("*")]
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1);
        return `${root.scrollWidth} > ${innerWidth}: ` + out.slice(0, 3).map(e => e.outerHTML.slice(0, 80)).join(" | ");
    }""")
    return [f"scrolls sideways, {wide}"] if wide else []


def images(page: Page) -> list[str]:
    """Every picture is there and says what it shows."""
    return page.evaluate("""() => [...document.querySelectorAll("article img")].flatMap(i => [
        ...(i.alt.trim() ? [] : [`no alt: ${i.src}`]),
        ...(i.checkVisibility() && !i.naturalWidth ? [`not loaded: ${i.src}`] : [])])""")


def figures(page: Page, wanted: str) -> list[str]:
    """Every figure has a picture for each scheme, and shows the one that is wanted."""
    found = page.evaluate("""() => [...document.querySelectorAll("figure.fig")].map(f => [f.id,
        [...f.querySelectorAll("img")].map(i => [i.src.split("#only-")[1], getComputedStyle(i).display != "none"])])""")
    problems = []
    for name, pictures in found:
        if sorted(which for which, _ in pictures) != ["dark", "light"]:
            problems.append(f"figure {name} has not one picture for each scheme: {pictures}")
        elif [which for which, shown in pictures if shown] != [wanted]:
            problems.append(f"figure {name} shows {pictures}, wanted {wanted}")
    return problems


def printed(page: Page) -> list[str]:
    """Paper has nothing to press, and light figures whatever the screen shows."""
    page.emulate_media(media="print")
    pressed: list[str] = page.evaluate(
        "s => [...document.querySelectorAll(s)].filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 80))",
        PRESSED,
    )
    problems = [f"in print: {text}" for text in pressed] + [f"in print: {text}" for text in figures(page, "light")]
    paper = page.evaluate("getComputedStyle(document.body).getPropertyValue('--paper')")
    page.emulate_media(media="screen")
    return problems + ([] if paper.strip() in ("#fff", "#ffffff") else [f"in print: the paper is {paper}"])


def axe(page: Page, script: Path) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA and its best practices.

    axe does not read MathML, so that the head of a column with nothing but a formula is empty to it: that is let pass.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(script.read_text(encoding="utf-8"))
    return page.evaluate(
        """async tags => {
            const options = {runOnly: tags, resultTypes: ["violations"], iframes: false, elementRef: true};
            const formula = (rule, node) => rule == "empty-table-header" && node.element.querySelector("math");
            const told = n => `${n.html.slice(0, 120)} (${n.failureSummary.split("\\n").pop().trim()})`;
            return (await axe.run(document, options)).violations.flatMap(
                v => v.nodes.filter(n => !formula(v.id, n)).slice(0, 3).map(n => `axe ${v.id}: ${told(n)}`));
        }""",
        AXE_TAGS,
    )
