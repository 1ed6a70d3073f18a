"""The Data Docs on the disk: pages of an earlier gate go, and what they would fetch from elsewhere goes too.

Great Expectations links its style sheets, scripts and logo from seven hosts. A town hall's machine may reach none of
them, and none of them has to know when the pages are read: these links are taken out and a small style stands in.
"""

import re
import shutil
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
.popover, .modal, .walkthrough-links { display: none; }
.text-success { color: #1a6b2f; }
.text-danger { color: #a4161a; }
.badge { border: 1px solid #888; border-radius: .3rem; padding: 0 .3rem; }
</style>
"""


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


def without_outside(html: str) -> str:
    """The page without scripts, style sheets and images of other hosts; links that a reader may follow stay."""
    local = OUTSIDE_IMAGE.sub("none", OUTSIDE.sub("", html))
    return local.replace("</head>", STYLE + "</head>", 1)
