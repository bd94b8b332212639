"""A report as one HTML page that needs nothing else: sentences, pictures, and behind each picture its table.

The pictures are bars in SVG and cells in shades of one blue, which also tell apart without colours: every number stands beside
its bar and in its cell. They are a dozen rectangles each, so no plotting library is needed, whose files would be larger than
the page and whose text no screen reader finds.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from bot.reports.report import Count, Picture, Report, Row, Table
from bot.reports.steps import NextStep
from bot.reports.words import HIDDEN

#: Rows that a picture of bars has at most; all are in the table.
_MOST_BARS = 15
#: Sizes in units of the picture, which is as wide as the page.
_WIDTH, _LABEL, _ROW, _BAR = 760, 300, 26, 16

_STYLE = """
:root { color-scheme: light; }
body { font: 17px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.7rem; margin: 0; } h2 { font-size: 1.25rem; margin: 2.2rem 0 .3rem; } p { margin: .3rem 0; }
figure { margin: .6rem 0; overflow-x: auto; } svg { width: 100%; min-width: 30rem; height: auto; }
svg text { font: 14px system-ui, sans-serif; fill: #1a1a1a; } svg rect { fill: #1f5fa8; }
table { border-collapse: collapse; font-size: .85rem; width: 100%; }
th, td { border: 1px solid #b5b5b5; padding: .2rem .45rem; text-align: right; } th { font-weight: 600; background: #f2f2f2; }
th[scope=row], thead th:first-child { text-align: left; } .part { padding-left: 1.4rem; font-weight: 400; }
.note { color: #444; font-size: .9rem; } summary { cursor: pointer; padding: .3rem 0; color: #174a84; }
h3 { font-size: 1.05rem; margin: 1rem 0 .2rem; }
pre { font: inherit; white-space: pre-wrap; background: #f2f2f2; padding: .6rem .8rem; margin: .3rem 0; }
@media print { body { font-size: 11pt; max-width: none; padding: 0; } h2, p, summary { break-after: avoid; }
  figure, tr { break-inside: avoid; } details::details-content { content-visibility: visible; display: block; }
  td, svg rect { print-color-adjust: exact; } figure { overflow: visible; } .step a { display: none; } }
"""


def page_of(report: Report) -> str:
    """Return a report as a page of HTML."""
    least, rounding = report.level.value.least, report.level.value.rounding
    note = f"{HIDDEN} vuol dire: non si mostra, per non riconoscere nessuno. Si mostrano solo gruppi di almeno {least} persone"
    note += f", arrotondati a {rounding}." if rounding > 1 else "."
    note += f" In queste tabelle si vede il {round(100 * report.shown_share)} % dei numeri."
    parts = [
        "<!doctype html>",
        f'<html lang="it"><head><meta charset="utf-8"><title>Bisogni delle famiglie: {escape(report.period)}</title>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<style>{_STYLE}</style></head><body><main>",
        f"<h1>Bisogni delle famiglie</h1><p>{escape(report.period.capitalize())}</p>",
        *(f"<p>{escape(sentence)}</p>" for sentence in report.sentences),
        f'<p class="note">{escape(note)}</p>',
        *(part for table in report.tables for part in _section(table)),
        "</main></body></html>",
    ]
    return "\n".join(parts)


def _section(table: Table) -> Iterator[str]:
    yield f'<section id="{escape(table.id)}"><h2>{escape(table.title)}</h2>'
    yield from (f"<p>{escape(sentence)}</p>" for sentence in table.sentences)
    if table.picture is Picture.HEAT:
        yield f'<figure tabindex="0" aria-label="{escape(table.title)}">{_table(table)}</figure>'
    else:
        if table.picture is Picture.BARS:
            yield f"<figure>{_bars(table)}</figure>"
        yield f"<details><summary>Tabella: {escape(table.title)}</summary>{_table(table)}</details>"
    if table.steps:
        yield "<h3>Il prossimo passo</h3><p>Lettere già scritte: controllale, e mandale.</p>"
        yield from (_step(step) for step in table.steps)
    yield "</section>"


def _step(step: NextStep) -> str:
    """Return the HTML of a letter about a missing service, folded; a link opens it in the reader's mail program."""
    label = f"Scrivi a {step.email}" if step.email else "Apri come e-mail"
    letter = f'<pre>{escape(step.body)}</pre><p><a href="{escape(step.mailto)}">{escape(label)}</a></p>'
    return f"<details class=step><summary>{escape(step.title)}</summary>{letter}</details>"


def _bars(table: Table) -> str:
    """Return the first column of counts in a table as a picture of bars."""
    rows = [row for row in table.rows if row.counts[0] is not None][:_MOST_BARS]
    most = max((row.counts[0] or 0 for row in rows), default=0) or 1
    bars = []
    for number, row in enumerate(rows):
        top, width = number * _ROW, (row.counts[0] or 0) / most * (_WIDTH - _LABEL - 70)
        bars.append(f'<text x="{_LABEL - 8}" y="{top + 17}" text-anchor="end">{escape(_short(row.label))}</text>')
        bars.append(f'<rect x="{_LABEL}" y="{top + 5}" width="{width:.1f}" height="{_BAR}"/>')
        bars.append(f'<text x="{_LABEL + width + 6:.1f}" y="{top + 17}">{row.counts[0]}</text>')
    size = f'viewBox="0 0 {_WIDTH} {max(len(rows), 1) * _ROW}"'
    return (
        f'<svg {size} role="img" aria-label="{escape(table.title)}: gli stessi numeri sono nella tabella">{"".join(bars)}</svg>'
    )


def _short(label: str) -> str:
    """Return a label cut to the space beside a bar."""
    return label if len(label) <= 40 else label[:39].rstrip() + "…"


def _table(table: Table) -> str:
    most = max((count for row in table.rows for count in row.counts if count is not None), default=0)
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in ("", *table.columns))
    body = "".join(_row(row, most if table.picture is Picture.HEAT else 0) for row in table.rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _row(row: Row, most: int) -> str:
    label = f'<th scope="row"{" class=part" if row.is_part else ""}>{escape(row.label)}</th>'
    return f"<tr>{label}{''.join(_cell(count, most) for count in row.counts)}</tr>"


def _cell(count: Count, most: int) -> str:
    """Return a table cell shaded by its count: darker for larger counts, with readable text on every shade."""
    if count is None:
        return f'<td title="non si mostra">{HIDDEN}</td>'
    if not most:
        return f"<td>{count}</td>"
    share = count / most
    red, green, blue = (round(255 - share * (255 - one)) for one in (31, 95, 168))
    ink = "#fff" if share > 0.6 else "#1a1a1a"
    return f'<td style="background:rgb({red},{green},{blue});color:{ink}">{count}</td>'
