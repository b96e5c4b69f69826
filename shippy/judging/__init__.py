"""Compares the new release with the old one: pure arithmetic on what the balancers have counted.

It needs nothing but the counters, taken about once a second. docs/traffic.md says which tests these are and how often
each is wrong; tests/judging holds the code to that, in thousands of simulated deploys.
"""

from shippy.judging.comparison import Comparison, overall
from shippy.judging.gauge import Gauge

__all__ = ["Comparison", "Gauge", "overall"]
