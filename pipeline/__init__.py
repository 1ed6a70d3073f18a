"""Chalandise: from a traders' association's files to weekly town-centre marts."""

import os

__version__ = "0.1.0"

# Before NumPy is imported. The last digit of a matrix product depends on how many threads share it, and figures must
# not depend on the machine; and for matrices as small as ours the threads cost more than they bring.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
