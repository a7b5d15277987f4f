"""Order the views of a result page: those that have nothing to show come last.

benchopt offers every view of `config.yml` on every page. In the self-contained page,
views without anything to show come last, in gray, and a tooltip says why.
"""

import html as markup
import json
import re

PLOTS = re.compile(r"window\._plots = (.*);")
METADATA = re.compile(r"window\.metadata = (.*);")
TAB = re.compile(r'[ \t]*<span onclick="setConfig\(this\)" class="view [^<]*</span>\n')
CHOICE = re.compile(r'[ \t]*<option value="([^"]*)">\1</option>\n')
NOTHING = "Nothing to show: "
GREYED = "view empty-view"


def arrange(page):
    """Return a page whose views without anything to show come last, with the reason.

    Parameters
    ----------
    page : str
        HTML of a result page of benchopt.
    """
    plots = json.loads(PLOTS.search(page)[1])
    views = json.loads(METADATA.search(page)[1])["plot_configs"]
    reasons = {name: missing(plots, view) for name, view in views.items()}
    tabs, menu = TAB.findall(page), _menu(page, reasons)
    page = _last(page, tabs, reasons, _greyed)
    return _last(page, menu, reasons, lambda item, _: item)


def is_whole(page):
    """Return whether a text is a result page of benchopt, with all of its results."""
    found = PLOTS.search(page), METADATA.search(page)
    try:
        return all(found) and all(isinstance(json.loads(m[1]), dict) for m in found)
    except json.JSONDecodeError:
        return False


def missing(plots, view):
    """Return why a view has nothing to show in any choice of its menus, else None.

    Parameters
    ----------
    plots : dict
        As in the page: kind -> choice of the menus -> figure.
    view : dict
        Of `config.yml`: ``plot_kind``, and ``<kind>_<menu>`` for what it fixes.
    """
    kind = view.get("plot_kind")
    fixed = [str(v) for key, v in view.items() if key.startswith(f"{kind}_")]
    figures = [
        figure
        for choice, figure in plots.get(kind, {}).items()
        if all(f"_{value}" in choice for value in fixed)
    ]
    if not figures or not all(NOTHING in figure["title"] for figure in figures):
        return None
    said = figures[0]["title"].split(NOTHING, 1)[1]
    return re.split(r"<br ?/?>|\n| · ", said)[0]


def _menu(page, reasons):
    """Return the entries of the menu of views, which narrow screens have."""
    start = page.find('id="tabs"')
    found = [match for match in CHOICE.finditer(page) if match.start() > start]
    return [match[0] for match in found if markup.unescape(match[1]) in reasons]


def _last(page, items, reasons, marked):
    """Return a page in which the items with a reason come last."""
    if not items:
        return page
    named = [(item, reasons.get(_name(item))) for item in items]
    shown = [item for item, reason in named if reason is None]
    greyed = [marked(item, reason) for item, reason in named if reason is not None]
    start = page.index(items[0])
    for item in items:
        page = page.replace(item, "", 1)
    return page[:start] + "".join([*shown, *greyed]) + page[start:]


def _name(item):
    return markup.unescape(re.search(r">([^<]*)<", item)[1].strip())


def _greyed(tab, reason):
    said = markup.escape(f"{NOTHING}{reason}", quote=True)
    return tab.replace('class="view ', f'title="{said}" class="{GREYED} ', 1)
