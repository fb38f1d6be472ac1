"""MkDocs meets weave: thin hooks, named in mkdocs.yml. Nothing else in weave knows the site generator."""

from __future__ import annotations

import functools
import json
import logging
import os
import tempfile
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from weave import tables
from weave.again import Again, render
from weave.assets import site_assets
from weave.book import page_url
from weave.errors import WeaveErrors
from weave.find import entries
from weave.finish import lean, rounded, runs, section_numbers, tight, true_line_numbers, without_palette
from weave.fonts import fonts
from weave.lines import tell_lines
from weave.loom import Woven, loom
from weave.policy import close, guarded
from weave.report import publish
from weave.tex import Katex, render_page

log = logging.getLogger("mkdocs.weave")
os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")


class Build:
    """The state of the build under way; a served site goes through many."""

    woven: Woven
    katex: Katex
    again: Again
    notebooks: tempfile.TemporaryDirectory[str] | None = None
    serving = False


def root(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path).resolve().parent


def on_startup(command: str, dirty: bool) -> None:
    Build.serving = command == "serve"


@event_priority(-100)
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Weave the book, after mkdocs-jupyter has wrapped its files, and add what was made beside the pages."""
    home = root(config)
    tell_lines(home / "docs")
    try:
        Build.woven = loom(home, fonts).weave(config.nav, dict(config.extra), log.info)
    except WeaveErrors as error:
        raise PluginError(f"the book could not be woven\n{error}") from None
    Build.katex, Build.again = Katex(home), Again(home)
    plugins: Any = config.plugins
    handler = plugins["mkdocstrings"].get_handler("python")
    Build.again.templates(handler.env)
    Build.again.references(handler, json.dumps(Build.woven.library.sources))
    Build.again.search(plugins["material/search"].search_index)
    Build.notebooks = Build.notebooks or tempfile.TemporaryDirectory(prefix="weave-")
    for file in list(files):
        page = Build.woven.pages.get(file.src_uri)
        if page is None:
            continue
        folder = page_url(file.src_uri)
        for name, svg in page.figures().items():
            files.append(File.generated(config, folder + name, content=svg))
        if page.number:
            notebook = Path(Build.notebooks.name) / Path(file.src_uri).with_suffix(".ipynb")
            notebook.parent.mkdir(parents=True, exist_ok=True)
            notebook.write_text(Build.woven.notebook(file.src_uri), encoding="utf-8")
            file.abs_src_path = str(notebook)  # what mkdocs-jupyter offers for download and copies beside the page
            name, steps = page.program
            files.append(File.generated(config, folder + name, content=steps))
    assets, config.extra["live"] = site_assets(home, log.info)
    for url, content in assets.items():
        given: Any = {"abs_src_path": str(content)} if isinstance(content, Path) else {"content": content}
        files.append(File.generated(config, url, **given))
    return files


@event_priority(-100)
def on_pre_page(page: Page, config: MkDocsConfig, files: Files) -> Page:
    """mkdocs-jupyter has set its own renderer on the page; the site's own is wanted, of Markdown that weave wrote."""
    page.render = functools.partial(render, page)  # type: ignore[method-assign]
    return page


def on_page_read_source(page: Page, config: MkDocsConfig) -> str | None:
    return Build.woven.markdown.get(page.file.src_uri)


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Pages that are made from something else than prose say so by a comment."""
    return tables.fill(markdown, page.file.src_uri, Build.woven)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    html = lean(true_line_numbers(html))
    number = Build.woven.book.numbers.get(page.file.src_uri)
    if number:
        html, numbers = section_numbers(html, number)
        number_contents(page.toc, numbers)
    return runs(html) if number else f'<div class="run">{html}</div>'


def number_contents(items: Any, numbers: dict[str, str]) -> None:
    for item in items:
        if item.id in numbers:
            item.title = f'<span class="no">{numbers[item.id]}</span> {item.title}'
        number_contents(item.children, numbers)


def on_env(env: Any, config: MkDocsConfig, files: Files) -> Any:
    """Compiled templates are kept: a served site compiles none twice."""
    return Build.again.templates(env)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Set the mathematics last, so that the search index keeps plain TeX."""
    chapter = Build.woven.book.pages.get(page.file.src_uri)

    def fail(tex: str, message: str) -> None:
        where = f"{chapter.path}:{chapter.line_of(tex)}" if chapter else page.file.src_uri
        log.warning("%s: bad TeX: %s", where, message)

    return guarded(tight(rounded(without_palette(render_page(output, Build.katex, fail)))))


def on_post_template(output: str, template_name: str, config: MkDocsConfig) -> str:
    """The page for lost readers is a template of its own."""
    return guarded(without_palette(output)) if template_name.endswith(".html") else output


@event_priority(100)
def on_post_build(config: MkDocsConfig) -> None:
    """The index is written after this, the report counts what has been written."""
    plugins: Any = config.plugins
    plugins["material/search"].search_index.entries += entries(Build.woven.book, Build.woven.terms)
    close(Path(config.site_dir), Build.serving)
    publish(Build.woven, Path(config.site_dir))
    Build.katex.close()
    Build.again.evict()
