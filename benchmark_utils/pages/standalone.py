"""Make a result page that needs no network, to send it or to keep it.

    python -m benchmark_utils.pages.standalone [page.html ...]

writes `page_standalone.html` beside each page. For a result file, it takes the page of
these results. Without a name, it takes the newest page in `outputs/`. benchopt's pages
load three scripts from the network. Here, plotly comes from its Python package, which
benchopt requires. `standalone.js` has a few lines instead of the other two, a table and
an animation of the logo. So the page loads nothing. Views without anything to show come
last (`views.py`).
"""

import re
from pathlib import Path

from plotly.offline import get_plotlyjs

from benchmark_utils.pages import command_line, mended, views
from benchmark_utils.result_files import OUTPUTS, SUFFIXES, pages_of

SUFFIX = "_standalone"
RESULTS = "window._plots"  # stands in pages of results, not in their index

EXTERNAL_SCRIPT = re.compile(r'<script [^>]*src="(?:https?:)?//([^"]*)"[^>]*></script>')
EXTERNAL_LINK = re.compile(r'<link [^>]*href="(?:https?:)?//[^>]*>\s*')


def inline(html):
    """Return a result page of benchopt with its scripts inside and no web fonts.

    Parameters
    ----------
    html : str

    Raises
    ------
    ValueError
        If the page loads a script for which there is no replacement.
    """
    if not views.is_whole(html):
        raise ValueError(
            "This is not a result page of benchopt, or not a whole one. Give one that "
            "`benchopt run` or `benchopt plot` wrote, "
            "outputs/<benchmark>_benchopt_run_<date>.html."
        )
    html = mended.mend(views.arrange(EXTERNAL_LINK.sub("", html)))
    html = html.replace("</head>", f"<style>{_own('.css')}</style></head>", 1)
    return EXTERNAL_SCRIPT.sub(_replace_script, html)


def write_standalone(page):
    """Write the self-contained sibling of a result page.

    Parameters
    ----------
    page : path

    Returns
    -------
    Path of the new file, `<page>_standalone.html`.

    Raises
    ------
    FileNotFoundError
        If there is no such page.
    ValueError
        If it is not a result page of benchopt (see `inline`).
    """
    page = page_of(page)
    target = page.with_name(f"{page.stem}{SUFFIX}.html")
    try:
        html = inline(_text(page))
    except ValueError as error:
        raise ValueError(f"'{page}': {error}") from error
    target.write_text(html, encoding="utf-8")
    return target


def page_of(path):
    """Return the page that a path means: a page, or that of a result file or a folder.

    Raises
    ------
    FileNotFoundError
        If there is no such page.
    """
    path = Path(path)
    if path.is_dir():
        return newest_page(path)
    if path.suffix in SUFFIXES:
        found = pages_of(path)
        if found:
            return found[0]
        if path.is_file():
            raise FileNotFoundError(
                f"There is no page of '{path}' beside it: `benchopt plot . -f {path}` "
                "writes one."
            )
    if not path.is_file():
        raise FileNotFoundError(f"No page '{path}'. {_how_to_get_one()}")
    return path


def newest_page(folder=OUTPUTS):
    """Return the path of the result page written last, FileNotFoundError if none."""
    pages = [p for p in Path(folder).glob("*.html") if not p.stem.endswith(SUFFIX)]
    for page in sorted(pages, key=lambda p: p.stat().st_mtime, reverse=True):
        if RESULTS in _text(page):
            return page
    raise FileNotFoundError(f"No result page in '{folder}'. {_how_to_get_one()}")


def main(arguments=None):
    """Run the command line."""
    command_line.run(
        write_standalone,
        newest_page,
        "python -m benchmark_utils.pages.standalone",
        "Make result pages self-contained: they render with no network.",
        arguments,
    )


def _replace_script(match):
    address = match[1]
    if "plotly" in address:
        return f"<script>{get_plotlyjs()}</script>\n<script>{_own('.js')}</script>"
    if "gridjs" in address or "animejs" in address:
        return ""
    raise ValueError(
        f"The page loads the script {address}, unknown to this benchmark: this version "
        "of benchopt is newer than it. Extend `benchmark_utils/pages/standalone.py`."
    )


def _text(page):
    """The text of a page. Bytes that are not UTF-8 are replaced."""
    return page.read_text(encoding="utf-8", errors="replace")


def _own(suffix):
    return Path(__file__).with_suffix(suffix).read_text(encoding="utf-8")


def _how_to_get_one():
    return "`benchopt run .` writes a page into outputs/, `benchopt plot .` as well."


if __name__ == "__main__":
    main()
