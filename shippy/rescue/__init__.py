"""For when the daemon is dead: compares what is recorded with what is there, and puts the public traffic back.

It uses nothing but the config, the journal and the balancers, and goes by the balancers where the journal cannot be
read. The hosts are only looked at.
"""

from shippy.rescue.ending import Ending
from shippy.rescue.procedure import needless, rescue

__all__ = ["Ending", "needless", "rescue"]
