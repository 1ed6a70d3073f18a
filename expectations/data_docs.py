"""The Data Docs on the disk: pages of an earlier gate go, and what they would fetch from elsewhere goes too.

Great Expectations links its style sheets, scripts and logo from seven hosts. A town hall's machine may reach none of
them, and none of them has to know when the pages are read: these links are taken out and a small style stands in. Its
index is drawn by such a script and would be empty, so the first page is our own.
"""

import html
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SITE_PARTS = ("expectations", "static", "validations", "index.html")
OUTSIDE = re.compile(
    r"""<script[^>]*\ssrc=["']?https?:[^>]*>\s*</script>|<(?:link|img)[^>]*\s(?:href|src)=["']?https?:[^>]*>""",
    re.IGNORECASE | re.DOTALL,
)
OUTSIDE_IMAGE = re.compile(r"""url\(\s*["']?https?:[^)]*\)""", re.IGNORECASE)
STYLE = """<style>
body { font-family: system-ui, sans-serif; margin: 1.5rem; color: #1b1b1b; background: #fff; }
table { border-collapse: collapse; margin: .5rem 0; }
td, th { border: 1px solid #bbb; padding: .25rem .5rem; text-align: left; vertical-align: top; }
h1, h2, h3, h4, h5 { margin: 1rem 0 .3rem; }
ul { padding-left: 1.2rem; }
.row { display: block; }
.popover, .modal, .walkthrough-links, footer, input[type=radio], label.btn { display: none; }
.failed { color: #a4161a; font-weight: 600; }
.passed { color: #1a6b2f; }
.text-success { color: #1a6b2f; }
.text-danger { color: #a4161a; }
.badge { border: 1px solid #888; border-radius: .3rem; padding: 0 .3rem; }
</style>
"""


@dataclass(frozen=True, slots=True)
class Line:
    """A suite on the first page: its table, its title in both languages, how many checks it has, and what failed."""

    table: str
    title_fr: str
    title_en: str
    checks: int
    failures: Sequence[str]


def write_index(folder: Path, heading: str, lines: Sequence[Line]) -> None:
    """Write the first page: every suite with its verdict and the way to its details; what failed stands first."""
    failed = sum(len(line.failures) for line in lines)
    checks = sum(line.checks for line in lines)
    verdict = f"{checks - failed} / {checks} contrôles passés (checks passed)"
    rows = "\n".join(_row(folder, line) for line in sorted(lines, key=lambda line: (not line.failures, line.table)))
    page = f"""<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><title>{html.escape(heading)}</title>
{STYLE}</head><body>
<h1>{html.escape(heading)}</h1>
<p class="{"failed" if failed else "passed"}">{verdict}</p>
<table><thead><tr><th>table</th><th>contrôle (check)</th><th>n</th><th>verdict</th></tr></thead><tbody>
{rows}
</tbody></table></body></html>
"""
    (folder / "index.html").write_text(page, encoding="utf-8")


def _row(folder: Path, line: Line) -> str:
    details = sorted((folder / "validations" / Path(*line.table.split("."))).rglob("*.html"))
    name = html.escape(line.table)
    link = f'<a href="{details[-1].relative_to(folder).as_posix()}">{name}</a>' if details else name
    title = f"{html.escape(line.title_fr)}<br><small>{html.escape(line.title_en)}</small>"
    told = "<br>".join(html.escape(sentence) for sentence in line.failures) or "passé (passed)"
    kind = "failed" if line.failures else "passed"
    return f'<tr><td>{link}</td><td>{title}</td><td>{line.checks}</td><td class="{kind}">{told}</td></tr>'


def clear(folder: Path) -> None:
    """Remove the Data Docs that an earlier gate left in the folder, and nothing else."""
    for name in SITE_PARTS:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def make_local(folder: Path) -> None:
    """Rewrite every page so that opening it fetches nothing from another machine."""
    for page in sorted(folder.rglob("*.html")):
        page.write_text(without_outside(page.read_text(encoding="utf-8")), encoding="utf-8")


def without_outside(page: str) -> str:
    """The page without scripts, style sheets and images of other hosts; links that a reader may follow stay."""
    local = OUTSIDE_IMAGE.sub("none", OUTSIDE.sub("", page))
    return local.replace("</head>", STYLE + "</head>", 1)
