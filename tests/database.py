"""Start the database before pytest-django reads the settings: a server for each worker."""

import os

from sportsbrain.config.database import VAR, prepare

OWN = "SPORTSBRAIN_TEST_SERVER"  # set when the address is that of a server that we started
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")

if os.environ.get(OWN):  # snapshots see the transactions of a whole server, also of other workers
    os.environ.pop("DATABASE_URL", None)
os.environ.setdefault("SPORTSBRAIN_SIGNING_KEYS", str(VAR / "test-keys"))  # keys of nobody
if "DATABASE_URL" not in os.environ:
    os.environ[OWN] = "1"
    prepare(VAR / f"test-postgres{WORKER}")
