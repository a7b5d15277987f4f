"""Make a result page that needs no network, to send it or to keep it.

    python -m benchmark_utils.pages.standalone [page.html ...]

writes `page_standalone.html` beside each page. Without a name, it takes the newest page
in `outputs/`. benchopt's pages load three scripts from the network. Here, plotly comes
from its Python package, which benchopt requires. `standalone.js` has a few lines
instead of the other two, a table and an animation of the logo. So the page loads
nothing. Views without anything to show come last (`views.py`).
"""

import re
from pathlib import Path

from plotly.offline import get_plotlyjs

from benchmark_utils.pages import command_line, mended, views

OUTPUTS = Path("outputs")
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
    if RESULTS not in html:
        raise ValueError(
            "This is not a result page of benchopt. Give one that `benchopt run` or "
            "`benchopt plot` wrote, outputs/<benchmark>_benchopt_run_<date>.html."
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
    page = Path(page)
    if not page.is_file():
        raise FileNotFoundError(f"No page '{page}'. {_how_to_get_one()}")
    target = page.with_name(f"{page.stem}{SUFFIX}.html")
    target.write_text(inline(page.read_text(encoding="utf-8")), encoding="utf-8")
    return target


def newest_page(folder=OUTPUTS):
    """Return the path of the result page written last, FileNotFoundError if none."""
    pages = [p for p in Path(folder).glob("*.html") if not p.stem.endswith(SUFFIX)]
    for page in sorted(pages, key=lambda p: p.stat().st_mtime, reverse=True):
        if RESULTS in page.read_text(encoding="utf-8"):
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


def _own(suffix):
    return Path(__file__).with_suffix(suffix).read_text(encoding="utf-8")


def _how_to_get_one():
    return "`benchopt run .` writes a page into outputs/, `benchopt plot .` as well."


if __name__ == "__main__":
    main()
