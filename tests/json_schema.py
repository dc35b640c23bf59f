"""As much of JSON Schema as docs/public.schema.json uses: what a value has that its schema does not allow."""

import re
from typing import Any

KINDS = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "null": type(None)}
KNOWN = {
    "$schema", "$id", "$defs", "$ref", "title", "description", "type", "enum", "const", "pattern", "items", "properties",
    "required", "additionalProperties", "propertyNames", "minimum",
}  # fmt: skip


def faults(value: Any, schema: dict[str, Any], root: dict[str, Any] | None = None, at: str = "") -> list[str]:
    """Every difference, with its place; [] when the value is what the schema says."""
    root = root or schema
    assert not set(schema) - KNOWN, f"this checker does not know {set(schema) - KNOWN}"
    if "$ref" in schema:
        return faults(value, root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root, at)
    found = []
    kinds = schema.get("type", [])
    allowed = tuple(KINDS[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds))
    if allowed and (not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed)):
        return [f"{at}: {value!r} is no {kinds}"]
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{at}: {value!r} is none of {schema['enum']}")
    if "const" in schema and value != schema["const"]:
        found.append(f"{at}: {value!r} is not {schema['const']!r}")
    if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        found.append(f"{at}: {value!r} is not {schema['pattern']}")
    if isinstance(value, int) and value < schema.get("minimum", value):
        found.append(f"{at}: {value!r} is too small")
    if isinstance(value, list):
        found += [f for n, each in enumerate(value) for f in faults(each, schema.get("items", {}), root, f"{at}[{n}]")]
    if isinstance(value, dict):
        found += of_object(value, schema, root, at)
    return found


def of_object(value: dict[str, Any], schema: dict[str, Any], root: dict[str, Any], at: str) -> list[str]:
    """What an object lacks, has too much, or holds wrongly."""
    found = [f"{at}.{name}: missing" for name in schema.get("required", []) if name not in value]
    described, rest = schema.get("properties", {}), schema.get("additionalProperties", {})
    for name, inner in value.items():
        place = f"{at}.{name}" if at else name
        found += faults(name, schema.get("propertyNames", {}), root, place)
        if name in described:
            found += faults(inner, described[name], root, place)
        elif rest is False:
            found.append(f"{place}: not described")
        else:
            found += faults(inner, rest, root, place)
    return found
