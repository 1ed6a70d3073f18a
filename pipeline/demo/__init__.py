"""The files of the demo towns: simulated ones for Sèvres (seeded, always the same bytes), real counts for Auckland."""

from pipeline.demo.files import DemoFile
from pipeline.demo.run import demo_files, deposit_demo

__all__ = ["DemoFile", "demo_files", "deposit_demo"]
