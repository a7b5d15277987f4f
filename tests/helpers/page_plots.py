"""The plots of a benchmark's folder, and what they put into the page."""

import importlib.util
import json

from benchopt.plotting.helpers import update_plot_data_style
from documents import ROOT

# What the tables of fake_results.py have.
HERE = {"dataset": "gaussian", "objective": "dictionary learning"}


def load_plot(name, folder=ROOT):
    """Return an instance of the plot in <folder>/plots/<name>.py."""
    path = folder / f"plots/{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Plot.get_instance()


def named_page_data(plot, name, table):
    """Return pairs of a choice of a plot's menus and its figure, as the page has it."""
    plot._check()
    plots, options = plot._get_all_plots(table)
    assert plots and all(options.values())
    data = update_plot_data_style({name: plots}, plotly=True)[name]
    json.dumps(data)  # as benchopt writes it into the page
    return data.items()


def page_data(plot, name, table):
    """Return the figures of all choices of a plot's menus, as the page has them."""
    return [figure for _, figure in named_page_data(plot, name, table)]


def few_page_data(plot, name, table, which=slice(None)):
    """Return the figures of some of :func:`choices`, as the page has them."""
    chosen = choices(plot, table)[which]
    plots = {str(choice): shown(plot, table, choice) for choice in chosen}
    data = update_plot_data_style({name: plots}, plotly=True)[name]
    json.dumps(data)  # as benchopt writes it into the page
    return list(data.values())


def choices(plot, table):
    """Return choices of a plot's menus in which each entry of each menu is chosen.

    All combinations are several times as many. The first is what the page opens with.
    """
    menus = {k: v(table) if callable(v) else v for k, v in plot.options.items()}
    n_choices = max(map(len, menus.values()))
    return [{k: v[n % len(v)] for k, v in menus.items()} for n in range(n_choices)]


def shown(plot, table, choice):
    """Return what benchopt shows for a choice of a plot's menus."""
    metadata = plot.get_metadata(table, **choice)
    return {**metadata, "type": plot.type, "data": plot.plot(table, **choice)}
