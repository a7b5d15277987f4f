"""The self-contained page: it asks the network for nothing, and it draws."""

import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import benchopt
import fake_results as fake
import pytest
import yaml
from benchopt.benchmark import Benchmark
from benchopt.plotting.generate_html import plot_benchmark_html
from benchopt.results import save_results
from documents import ROOT

from benchmark_utils.pages import mended, standalone

pytestmark = pytest.mark.slow

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
# What these show, one run does not have: they are drawn in tests of their own.
ELSEWHERE = {
    "activations", "agreement", "atom_names", "choose", "layers", "loss_line",
    "loss_plane", "quality_by_density", "robustness", "time_by_lmbd", "topographies",
}  # fmt: skip
SYSTEM = ("version-numpy", "platform", "platform-release", "platform-architecture")

# Goes through all views of the page, and writes what each one drew into the page.
REPORT_VIEWS = """
<script>
const report = {errors: []};
window.addEventListener("error", (event) => report.errors.push(event.message));
window.addEventListener("load", () => {
  // JSON keeps this order, which is that of the tabs.
  const tabs = [...document.querySelectorAll("#view-tabs span")];
  for (const view of tabs) {
    setConfig(view);
    const all = (query) => [...document.querySelectorAll(query)].filter(
      (node) => node.getClientRects().length > 0);
    const titles = all(".gtitle, .xtitle, .ytitle").map((node) => node.textContent);
    report[view.textContent] = {
      traces: all("#plot_container .trace").length, titles,
      images: all("#image_container img").length,
      rows: all(".gridjs-table tbody tr").map((row) => row.textContent),
      empty: view.classList.contains("empty-view"), reason: view.title,
    };
  }
  setConfig(tabs.find((view) => view.textContent === "Summary"));
  const [head] = document.querySelectorAll(".gridjs-th");
  head.click();
  report.sorted = [...document.querySelectorAll(".gridjs-table tbody tr")].map(
    (row) => row.firstChild.textContent);
  const search = document.querySelector(".gridjs-search-input");
  search.value = "spams";
  search.oninput();
  report.found = document.querySelectorAll(".gridjs-table tbody tr").length;
  const pre = document.createElement("pre");
  pre.id = "report";
  pre.textContent = JSON.stringify(report);
  document.body.append(pre);
});
</script></body>"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A page of benchopt, with this benchmark's plots and views, on made-up results."""
    folder = tmp_path_factory.mktemp("html")
    (folder / "outputs").mkdir()
    df = fake.table(fake.dense(), fake.patches()).assign(**dict.fromkeys(SYSTEM, "?"))
    path = save_results(df, folder / "fake.parquet")
    config = yaml.safe_load((ROOT / "config.yml").read_text())
    plot_benchmark_html(
        path, Benchmark(ROOT), config, display=False, html_home=folder / "index.html"
    )
    (page,) = folder.glob("*fake.html")
    return page


class Loads(HTMLParser):
    """Collect the addresses that a browser fetches to show a page."""

    def __init__(self, html):
        super().__init__()
        self.addresses = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        key = {"script": "src", "link": "href", "img": "src", "iframe": "src"}.get(tag)
        address = dict(attributes).get(key)
        if address and not address.startswith("data:"):
            self.addresses.append(address)


def test_benchopts_own_page_needs_the_network(page):
    # Otherwise this module has outlived its use.
    assert any("plotly" in address for address in Loads(page.read_text()).addresses)


def test_the_standalone_page_loads_nothing(page):
    target = standalone.write_standalone(page)
    html = target.read_text(encoding="utf-8")
    assert target.name == f"{page.stem}_standalone.html"
    assert Loads(html).addresses == []
    styles = "".join(re.findall(r"<style>(.*?)</style>", html, re.DOTALL))
    assert "@import" not in styles and not re.search(r"url\(.?https?:", styles)


def test_the_standalone_page_keeps_the_results(page):
    data = re.compile(r"window\._plots = .*")
    kept = data.search(standalone.inline(page.read_text()))[0]
    assert kept == data.search(page.read_text())[0]


def render(page, folder):
    """Return the DOM of a page as a browser makes it, with no network."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.skip(f"no browser on PATH: looked for {', '.join(BROWSERS)}")
    flags = (
        "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
        "--disable-background-networking --disable-component-update --disable-sync "
        "--window-size=1600,1100 --virtual-time-budget=10000 --dump-dom"
    ).split()
    profile = f"--user-data-dir={folder / 'profile'}"
    no_network = "--host-resolver-rules=MAP * ~NOTFOUND"
    done = subprocess.run(
        [browser, *flags, profile, no_network, page.as_uri()],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return done.stdout


def test_every_view_is_drawn_without_network(page, tmp_path):
    html = standalone.inline(page.read_text(encoding="utf-8"))
    watched = tmp_path / "page.html"
    watched.write_text(html.replace("</body>", REPORT_VIEWS), encoding="utf-8")
    dom = render(watched, tmp_path)
    assert '<svg class="main-svg"' in dom
    report = json.loads(re.search(r'<pre id="report">(.*?)</pre>', dom)[1])
    assert report.pop("errors") == []
    assert report.pop("sorted") == ["AM [N=30]", "DDL [N=30]", "Online-SPAMS"]
    assert report.pop("found") == 1
    assert_views_are_drawn(report)


def assert_views_are_drawn(report):
    config = yaml.safe_load((ROOT / "config.yml").read_text())
    kinds = {view: v["plot_kind"] for view, v in config["plot_configs"].items()}
    assert set(report) == set(kinds)
    # The page's own order: views with nothing to show come last, and say why.
    empty = [drawn["empty"] for drawn in report.values()]
    assert empty == sorted(empty) and 0 < sum(empty) < len(empty)
    for view, drawn in report.items():
        assert drawn["empty"] == drawn["reason"].startswith("Nothing to show"), view
        assert drawn["empty"] == (kinds[view] in ELSEWHERE), view
        if kinds[view] in ("atoms", "denoising"):
            assert drawn["images"] >= 2, view
        elif kinds[view] == "summary_table":
            assert len(drawn["rows"]) == 3, view
        elif kinds[view] == "which_method":
            assert drawn["images"] == 1, view
        elif kinds[view] in ELSEWHERE:
            assert drawn["traces"] == drawn["images"] == 0, view
        else:
            assert drawn["traces"] >= 1, view
            # The profile is of all datasets, and says of how many problems.
            said = "problems: " if kinds[view] == "performance_profile" else "gaussian"
            assert any(said in title for title in drawn["titles"]), view


def test_each_line_that_is_replaced_stands_in_benchopts_page():
    static = Path(benchopt.__file__).parent / "plotting/html/static/result.js"
    script = static.read_text(encoding="utf-8")
    assert [old for old, _ in mended.LINES if old not in script] == []


def test_the_newest_page_of_results_is_taken(page, tmp_path):
    old, new = tmp_path / "old.html", tmp_path / "new.html"
    for age, path in enumerate([new, old]):
        shutil.copy(page, path)
        os.utime(path, (1e9 - age, 1e9 - age))
    (tmp_path / "index.html").write_text("<html>benchopt's list of runs</html>")
    standalone.write_standalone(old)
    assert standalone.newest_page(tmp_path) == new


def test_no_page_at_all_says_how_to_get_one(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for arguments in ([], ["nowhere.html"]):
        with pytest.raises(SystemExit) as end:
            standalone.main(arguments)
        assert end.value.code == 1
        assert "benchopt run" in capsys.readouterr().err


def test_another_page_is_refused(tmp_path):
    path = tmp_path / "other.html"
    for content in (b"<html><head></head></html>", b"\x90", b"window._plots = {"):
        path.write_bytes(content)
        with pytest.raises(ValueError, match="other.html'.* not a result page of ben"):
            standalone.write_standalone(path)


def test_the_page_of_a_result_file_or_of_a_folder_is_taken(page, tmp_path):
    shutil.copy(page, tmp_path / "dictionary_my_run.html")
    (tmp_path / "torn.html").write_bytes(b"\x90")
    result = tmp_path / "my_run.parquet"
    result.write_bytes(b"any")
    for given in (result, tmp_path):
        made = standalone.write_standalone(given)
        assert made.name == "dictionary_my_run_standalone.html"
    (tmp_path / "other.parquet").write_bytes(b"any")
    with pytest.raises(FileNotFoundError, match="other.parquet.*benchopt plot"):
        standalone.write_standalone(tmp_path / "other.parquet")


def test_a_script_without_replacement_is_named(page):
    html = page.read_text().replace("animejs/2.0.2/anime.min.js", "new/new.js")
    with pytest.raises(
        ValueError, match=r"cdnjs\.cloudflare\.com/ajax/libs/new/new\.js"
    ):
        standalone.inline(html)


def test_command_line(page):
    done = subprocess.run(
        [sys.executable, "-m", "benchmark_utils.pages.standalone", page],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert Path(done.stdout.strip()) == page.with_name(f"{page.stem}_standalone.html")
