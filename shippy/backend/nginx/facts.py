"""What a nginx lacks, as far as it can be told without changing anything: for whoever sets a balancer up."""

from __future__ import annotations

import os
import shutil

from shippy.backend.nginx.reload import master
from shippy.config.balancers import NginxBalancer
from shippy.errors import Unavailable


def files_lacking(app: str, balancer: NginxBalancer) -> str | None:
    """Why shippy could not keep an app's file in a nginx's folder; None if it can."""
    folder = balancer.files
    if not folder.is_dir():
        return f"there is no folder {folder}"
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"{folder} cannot be written to"
    return None if (folder / f"{app}.conf").is_file() else f"{folder} has no {app}.conf"


def reload_lacking(balancer: NginxBalancer) -> str | None:
    """Why a nginx could not be told to reload; None if it can, as far as is known without doing it."""
    how = balancer.reload
    if how.command:
        return None if shutil.which(how.command[0]) else f"there is no program {how.command[0]}"
    try:
        os.kill(master(balancer.name, how), 0)
    except Unavailable as error:
        return error.why
    except PermissionError:
        return f"the user that shippy runs as may not signal the process in {how.pid}"
    except OSError as error:
        return f"{how.pid}: {(error.strerror or str(error)).lower()}"
    return None
