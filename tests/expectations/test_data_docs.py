"""The Data Docs on the disk (no Great Expectations needed)."""

from pathlib import Path

from expectations.data_docs import clear, make_local, without_outside

PAGE = """<html><head>
<script src="https://code.jquery.com/jquery-3.7.1.min.js" integrity="sha256-x" crossorigin="anonymous"></script>
<link rel="stylesheet" href="https://maxcdn.bootstrapcdn.com/bootstrap/4.3.1/css/bootstrap.min.css" />
<link rel="stylesheet" href="static/styles/own.css">
<style>.logo { background: url('https://assets.example/logo.png') 0 0 no-repeat; }</style>
</head><body><img src="https://assets.example/logo.png?d=2026"><img src="static/logo.png">
<a href="https://greatexpectations.io">link</a><p>42</p></body></html>"""


def test_a_page_fetches_nothing_from_elsewhere_and_keeps_what_is_its_own() -> None:
    page = without_outside(PAGE)
    assert page.count("https:") == 1  # the link that a reader may follow
    assert 'href="static/styles/own.css"' in page
    assert 'src="static/logo.png"' in page
    assert "<p>42</p>" in page
    assert page.count("<style>") == 2


def test_every_page_of_the_folder_is_made_local(tmp_path: Path) -> None:
    below = tmp_path / "validations" / "a.html"
    below.parent.mkdir()
    below.write_text(PAGE, encoding="utf-8")
    make_local(tmp_path)
    assert "jquery" not in below.read_text(encoding="utf-8")


def test_clearing_removes_the_pages_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "validations" / "old").mkdir(parents=True)
    (tmp_path / "index.html").write_text("old", encoding="utf-8")
    (tmp_path / "note.txt").write_text("mine", encoding="utf-8")
    clear(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]
    clear(tmp_path / "absent")
