"""The worked example of docs/formats.md does what the page says: its TOML reads its sample, with no Python."""

import re
from pathlib import Path

from pipeline.deposit.formats import apply_format, explain, load_formats
from pipeline.feeds import get_feed


def test_the_format_on_the_page_reads_the_sample_on_the_page(project: Path, tmp_path: Path) -> None:
    page = (project / "docs" / "formats.md").read_text("utf-8")
    sample = re.search(r"```\n(Camera;.*?)```", page, re.DOTALL)
    layout = re.search(r"```toml\n(title.*?)```", page, re.DOTALL)
    assert sample is not None
    assert layout is not None
    data = sample[1].encode()
    footfall = get_feed("footfall")
    assert not explain(data, [footfall], tmp_path).is_recognised

    folder = tmp_path / "formats" / "footfall"
    folder.mkdir(parents=True)
    (folder / "brook-street.toml").write_text(layout[1], "utf-8")
    explained = explain(data, [footfall], tmp_path)
    assert explained.as_json()["format"] == "brook-street"

    own = {fmt.name: fmt for fmt in load_formats(footfall, tmp_path)}["brook-street"]
    shaped = apply_format(data, own, "Europe/Paris")
    assert shaped.values.select("counter_id", "start", "count", "direction").rows() == [
        ("Camera 1", "2025-10-25T06:00:00", "14", "both"),  # 10 + 4
        ("Camera 1", "2025-10-25T23:00:00", "17", "both"),  # 11 + 6
        ("Camera 1", "2025-10-26T02:00:00", "14", "both"),  # 12 + 2, on Sunday
    ]
