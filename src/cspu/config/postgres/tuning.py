"""Server settings from the machine's memory. Durable by default; nothing is traded for speed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

USUAL_PORT = 5432
_MB = 1024 * 1024

_DURABLE = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
}

_PRIVATE_LOGS = {
    # A statement or the DETAIL of a refusal can carry a person's data: neither is written.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
}

_COMMON = {
    "max_connections": "80",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "default_text_search_config": "pg_catalog.simple",
    "jit": "off",
    "random_page_cost": "1.1",
    "checkpoint_timeout": "15min",
    "checkpoint_completion_target": "0.9",
    "idle_in_transaction_session_timeout": "10min",
}


def server_settings(socket_folder: Path, data: Path, tcp_port: int | None) -> dict[str, str]:
    """The whole of our part of `postgresql.conf`, for a server of this machine."""
    return {
        **_COMMON,
        **_DURABLE,
        **_PRIVATE_LOGS,
        **_memory_settings(data),
        "unix_socket_directories": str(socket_folder),
        "unix_socket_permissions": "0777",
        "listen_addresses": "127.0.0.1" if tcp_port else "",
        "port": str(tcp_port or USUAL_PORT),
    }


def rendered(settings: dict[str, str]) -> str:
    """The settings as lines of a configuration file."""
    lines = [
        f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in settings.items()
    ]
    head = "# Written by cspu at each start. Put your own settings in a later file of this folder."
    return "\n".join([head, *lines, ""])


def _memory_settings(data: Path) -> dict[str, str]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // _MB
    free_disk = shutil.disk_usage(data).free // _MB
    return {
        "shared_buffers": _megabytes(memory // 6, 128, 8192),
        "effective_cache_size": _megabytes(memory // 2, 256, 65536),
        "work_mem": _megabytes(memory // 400, 8, 128),
        "maintenance_work_mem": _megabytes(memory // 24, 64, 2048),
        "min_wal_size": "256MB",
        "max_wal_size": _megabytes(min(memory // 4, free_disk // 8), 512, 8192),
    }


def _megabytes(value: int, least: int, most: int) -> str:
    return f"{min(max(value, least), most)}MB"
