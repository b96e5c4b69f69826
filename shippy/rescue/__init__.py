"""For when the daemon is dead: what is recorded against what is, and the public traffic back to the stable slot.

It uses nothing but the config, the journal and the balancers, and goes by the balancers where the journal cannot be
read. The hosts are only looked at.
"""

from shippy.rescue.ending import Ending
from shippy.rescue.procedure import needless, rescue

__all__ = ["Ending", "needless", "rescue"]
