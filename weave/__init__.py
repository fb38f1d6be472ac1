"""Weave turns the chapters of `docs/` into pages that were run, measured and checked before they were made.

    chapter ──read──> blocks ──run (own process, cached)──> results ──write──> Markdown + figures + notebook

Everything here is plain Python; `hooks` is the only module that knows MkDocs. Weave never imports `mle`: chapters do,
in processes of their own, so that an edit of the library is never seen through a stale module.
"""
