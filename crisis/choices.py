"""How a choice is read from the environment, and how a wrong one is refused. Read by the settings, before all else."""

import os

from django.core.exceptions import ImproperlyConfigured


def refuse(name: str, advice: str) -> ImproperlyConfigured:
    """The sentence for the operator: the setting, its value, what to do. A secret's value is never repeated."""
    value = "…" if name in {"SECRET_KEY", "DATABASE_URL"} else os.environ.get(name, "")
    return ImproperlyConfigured(f"{name}={value}: {advice}")


def yes_no(name: str, default: bool) -> bool:
    """A setting that is on or off: 1/0, true/false, yes/no."""
    value = os.environ.get(name, "").strip().lower()
    if value in {"", "1", "true", "yes", "on", "0", "false", "no", "off"}:
        return value in {"1", "true", "yes", "on"} if value else default
    raise refuse(name, "use 1 or 0.")


def whole_number(name: str, default: int, least: int, most: int) -> int:
    """A setting that is a whole number between two bounds, both allowed."""
    value = os.environ.get(name, "").strip() or str(default)
    if value.isascii() and value.isdigit() and least <= int(value) <= most:
        return int(value)
    raise refuse(name, f"use a whole number from {least} to {most}.")


def words(name: str) -> list[str]:
    """A setting that is a list, parted by commas."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]
