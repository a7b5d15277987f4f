"""Lines of benchopt's page that are replaced in the self-contained page.

Each pair has a line as benchopt 1.10 writes it, and the line that replaces it. If
another version of benchopt does not have a line, nothing is replaced.
"""

# benchopt writes this gray in fractions, which plotly.js 4 reads as black.
GRAY = ("rgba(0.8627, 0.8627, 0.8627)", "rgb(220, 220, 220)")

# What is under the mouse: the axes in words, with their units.
HOVER = (
    "hovertemplate: label + ' <br> (%{x:.3e},%{y:.3e}) <extra></extra>'",
    "hovertemplate: `<b>${label}</b><br>${getPlotData().xlabel}: %{x:.3~g}<br>`"
    " + `${getPlotData().ylabel}: %{y:.4~g}<extra></extra>`",
)
BAND = (
    "hovertemplate: '(%{x:.3e},%{y:.3e}) <extra></extra>'",
    "hoverinfo: 'skip'",
)

# Variants of a method have its colour, and a dash of their own.
DASH = (
    "line: {\n        color: curveData.color,\n      },\n      marker:",
    "line: {\n        color: curveData.color,\n        dash: curveData.dash,\n      },"
    "\n      marker:",
)

# Any choice of another figure brings its scale, not only another kind of plot: a
# signed difference never opens on a logarithmic axis. A saved view keeps its own; the
# menu of kinds sends its scale with nothing else.
SCALE = (
    'const plotKindChanged = (\n    "plot_kind" in partialState && '
    "partialState.plot_kind !== window._state?.plot_kind\n  );",
    "const changed = Object.keys(partialState);\n"
    '  const isSavedView = changed.includes("scale") && changed.length > 2;\n'
    "  const plotKindChanged = !isSavedView && changed.some((key) =>\n"
    '    key === "plot_kind" || key.startsWith(`${window._state?.plot_kind}_`));',
)

# A short logarithmic axis has several numbers, or it may have none. Plotly writes "3"
# for 0.3. So numbers are written in full where no power of ten is on the axis.
DIGITS = (
    "const dtick = Math.max(1,",
    "const [low, high] = [...ax.range].sort((a, b) => a - b);\n"
    "    const part = (10 ** high - 10 ** low) / 4;\n"
    "    const unit = 10 ** Math.floor(Math.log10(part));\n"
    "    const step = unit * [1, 2, 5, 10].find((n) => n * unit >= 0.999 * part);\n"
    "    const hasPower = Math.floor(high) >= Math.ceil(low);\n"
    "    const short = hasPower ? 'D1' : `L${step}`;\n"
    "    const dtick = decades < 1.2 ? short : Math.max(1,",
)

# Pixels stay sharp where a picture is enlarged. Letters of a picture that is made
# smaller would be ragged.
SHARP = (
    "img.style.imageRendering = 'pixelated';",
    "img.onload = () => { img.style.imageRendering =\n"
    "        img.naturalWidth < img.width ? 'pixelated' : 'auto'; };",
)

# Numbers of tables have significant digits, and no zeros behind the last of them.
ROUNDED = (
    "return value.toFixed(tableFloatPrecision);",
    "const precise = Math.abs(value) < 1 && tableFloatPrecision > 0;\n"
    "    const digits = precise ? value.toPrecision(tableFloatPrecision)\n"
    "      : value.toFixed(tableFloatPrecision);\n"
    "    return Number(digits);",
)

LINES = (GRAY, HOVER, BAND, DASH, SCALE, DIGITS, SHARP, ROUNDED)


def mend(page):
    """Return the HTML of a page with the lines above replaced."""
    for old, new in LINES:
        page = page.replace(old, new)
    return page
