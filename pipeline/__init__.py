"""Chalandise: from a traders' association's files to weekly town-centre marts."""

__version__ = "0.1.0"
