"""Write what was measured, figure by figure: circumstances, rules and pictures.

Nothing in it is typed: verdicts and numbers come from the small tables of the records,
by the rules of `claims/`, times, machines and commits from the records of the runs.
"""

import os

from reporting import machine
from reproduction.appendix import DIFFERENCES
from reproduction.noise import CODE_NAME
from reproduction.parts import measured_by
from reproduction.pieces import is_cut
from reproduction.verdict import UNTESTED


def text(findings, document):
    """Return the details of all findings."""
    machines = _machines(findings)
    parts = [document.details_head]
    if machines:
        parts.append(_list_of_machines(machines))
    parts += [_section(finding, machines, document) for finding in findings]
    return "\n".join(parts)


def _machines(findings):
    """Return the machines, each once, by letter."""
    found = []
    for finding in findings:
        described = (finding.record or {}).get("machine")
        if described is not None and described not in found:
            found.append(described)
    return dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", found, strict=False))


def _list_of_machines(machines):
    lines = [f"- {name}: {machine.sentence(m)}" for name, m in machines.items()]
    return "## Machines\n\n" + "\n".join(lines) + "\n"


def _section(finding, machines, document):
    lines = [
        f"## {heading(finding, document)}\n",
        _circumstances(finding, machines, document),
    ]
    if finding.has_results and finding.part.picture.is_file():
        lines.append(f"![{finding.figure.title}]({_beside(finding.part.picture)})\n")
    lines += [_judgement(verdict) for verdict in finding.verdicts]
    if finding.beside:
        lines.append(f"With {CODE_NAME}:\n")
        lines += [f"- {_short(verdict)}" for verdict in finding.beside]
        lines.append("")
    return "\n".join(lines)


def heading(finding, document):
    """Return the heading of a figure at a scale."""
    scale = document.scales[finding.part.scale]
    return f"{finding.figure.label}, {scale} scale: {finding.figure.title}"


def _circumstances(finding, machines, document):
    """Return how the results came about: the run file, the time, the machine."""
    part, record = finding.part, finding.record
    run_file = part.runs.config
    config = f"[`configs/{run_file.name}`]({_to_config(part, document)})"
    if not finding.has_results:
        return f"{config}: no results.\n"
    letter = next(k for k, v in machines.items() if v == record["machine"])
    gpu = f" (GPU: {record['machine']['gpu']})" if record["machine"]["gpu"] else ""
    runs = f"{record['n_runs']} runs in {duration(record['seconds'])}"
    told = (
        f"{config}, {runs} on machine {letter}{gpu}, {measured_by(record)}. "
        "What the rules looked at: "
        f"[`{part.record.name}`]({_beside(part.record)})."
    )
    if is_cut(record):
        told += (
            f" {record['repetitions']} of {record['asked']} repetitions were run. All "
            f"of them may take {record['hours']:g} h."
        )
    if record["version"] != part.runs.version():
        told += " The run file has changed since."
    about = "\n\n".join(filter(None, [_about(run_file), _differences(part)]))
    return f"{told}\n" + (f"\n{about}\n" if about else "")


def _differences(part):
    """Return what the run file at the paper's scale does not say about Appendix A."""
    known = DIFFERENCES.get(part.figure.name, ()) if part.scale == "paper" else ()
    return f"What differs from Appendix A: {' '.join(known)}" if known else ""


def _judgement(verdict):
    """Return the claim, what was measured, the rule and the verdict."""
    return (
        f"**{verdict.claim}** – *{verdict.verdict}*\n\n"
        f"- Measured: {_measured(verdict)}.\n- Rule: {verdict.rule}\n"
    )


def _short(verdict):
    return f"{verdict.claim} *{verdict.verdict}*: {_measured(verdict)}."


def _measured(verdict):
    if verdict.verdict == UNTESTED:
        return verdict.measured["reason"]
    return "; ".join(f"{k}: {number(v)}" for k, v in verdict.measured.items())


def _about(config):
    """Return what the comment at the head of a run file says, without commands."""
    lines = []
    for line in config.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        if not line.startswith("#  "):
            lines.append(line.removeprefix("#").strip())
    return " ".join(lines)


def number(value):
    """Return a measured value as text: three digits, words as they are."""
    if isinstance(value, str | bool):
        return str(value)
    if float(value).is_integer() and abs(value) < 1e6:
        return f"{value:.0f}"
    return f"{value:.3g}"


def duration(seconds):
    """Return a time in seconds, or in minutes where they are many."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.1f} min"


def _beside(path):
    return f"../{path.parent.name}/{path.name}"


def _to_config(part, document):
    here = part.output / document.details
    return os.path.relpath(part.runs.config, here.parent).replace(os.sep, "/")


def anchor(heading_):
    """Return GitHub's name of a heading."""
    kept = [c for c in heading_.lower() if c.isalnum() or c in " -_"]
    return "".join(kept).replace(" ", "-")
