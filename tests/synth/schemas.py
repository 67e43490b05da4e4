"""Schemas of every kind that a client may send, by name."""

from typing import Any

Schema = dict[str, Any] | bool

KINDS: dict[str, Schema] = {
    "enum, const and nullable": {
        "type": "object",
        "properties": {
            "kind": {"const": "report"},
            "level": {"type": ["string", "null"], "enum": ["low", "high", None]},
            "note": {"type": ["string", "null"]},
            "flag": {"type": "boolean"},
            "nothing": {"type": "null"},
            "mixed": {"enum": [1, "one", [1], {"one": 1}, True]},
        },
        "required": ["kind", "level", "note", "flag", "nothing", "mixed"],
        "additionalProperties": False,
    },
    "definitions": {
        "type": "object",
        "properties": {"home": {"$ref": "#/$defs/place"}, "work": {"$ref": "#/$defs/place"}},
        "required": ["home", "work"],
        "additionalProperties": False,
        "$defs": {
            "place": {
                "type": "object",
                "properties": {"city": {"type": "string"}, "zip_code": {"type": "string"}},
                "required": ["city", "zip_code"],
                "additionalProperties": False,
            }
        },
    },
    "linked list": {
        "type": "object",
        "properties": {"head": {"$ref": "#/$defs/node"}},
        "required": ["head"],
        "additionalProperties": False,
        "$defs": {
            "node": {
                "type": "object",
                "properties": {
                    "value": {"type": "number"},
                    "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
                },
                "required": ["value", "next"],
                "additionalProperties": False,
            }
        },
    },
    "tree by root reference": {
        "type": "object",
        "properties": {
            "label": {"type": "string"},
            "children": {"type": "array", "items": {"$ref": "#"}},
        },
        "required": ["label", "children"],
        "additionalProperties": False,
    },
    "patterns": {
        "type": "object",
        "properties": {
            "sku": {"type": "string", "pattern": r"^[A-Z]{3}-\d{4}$"},
            "phone": {"type": "string", "pattern": r"^\+?[1-9]\d{6,14}$"},
            "colour": {"type": "string", "pattern": "^#(?:[0-9a-f]{3}){1,2}$"},
            "password": {"type": "string", "pattern": r"^(?=.*\d)(?=.*[A-Z])(?=.*\W).{8,}$"},
            "month": {"type": "string", "pattern": r"^(19|20)\d\d-(0[1-9]|1[0-2])$"},
            "handle": {"type": "string", "pattern": "^@[a-z0-9_]+$", "maxLength": 9},
        },
        "required": ["sku", "phone", "colour", "password", "month", "handle"],
        "additionalProperties": False,
    },
    "formats": {
        "type": "object",
        "properties": {
            name: {"type": "string", "format": name}
            for name in (
                "date-time", "date", "time", "duration", "email", "hostname", "ipv4", "ipv6",
                "uuid", "uri", "uri-reference", "json-pointer", "regex",
            )
        },
        "required": ["date-time", "date", "time", "duration", "email", "hostname", "ipv4"],
        "additionalProperties": False,
    },
    "numbers": {
        "type": "object",
        "properties": {
            "price": {"type": "number", "minimum": 0, "multipleOf": 0.01},
            "share": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.001},
            "one": {"type": "integer", "minimum": 7, "maximum": 7},
            "point": {"type": "number", "minimum": 0.1, "maximum": 0.1},
            "odd": {"type": "integer", "multipleOf": 7, "exclusiveMinimum": 700},
            "half": {"type": "integer", "multipleOf": 0.5, "maximum": -3},
            "low": {"type": "number", "maximum": -1e6},
            "wide": {"type": "number", "minimum": -1.7e308, "maximum": 1.7e308},
            "age": {"type": "integer"},
        },
        "required": ["price", "share", "one", "point", "odd", "half", "low", "wide", "age"],
        "additionalProperties": False,
    },
    "arrays": {
        "type": "object",
        "properties": {
            "tags": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 4},
            "dice": {
                "type": "array",
                "items": {"type": "integer", "minimum": 1, "maximum": 6},
                "uniqueItems": True,
                "minItems": 6,
            },
            "none": {"type": "array", "maxItems": 0},
            "has": {"type": "array", "contains": {"const": "x"}, "minContains": 2},
        },
        "required": ["tags", "dice", "none", "has"],
        "additionalProperties": False,
    },
    "discriminated branches": {
        "type": "object",
        "properties": {
            "shape": {
                "anyOf": [
                    {
                        "type": "object",
                        "properties": {"type": {"const": "circle"}, "radius": {"type": "number"}},
                        "required": ["type", "radius"],
                        "additionalProperties": False,
                    },
                    {
                        "type": "object",
                        "properties": {"type": {"const": "square"}, "side": {"type": "number"}},
                        "required": ["type", "side"],
                        "additionalProperties": False,
                    },
                ]
            }
        },
        "required": ["shape"],
        "additionalProperties": False,
    },
    "optional properties": {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "email": {"type": "string", "format": "email"},
            "age": {"type": "integer", "minimum": 0},
            "credit": {"type": "string"},
            "billing": {"type": "string"},
        },
        "required": ["name"],
        "dependentRequired": {"credit": ["billing"]},
        "maxProperties": 4,
        "minProperties": 2,
    },
    "allOf": {
        "allOf": [
            {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
            {"properties": {"a": {"minimum": 10}, "b": {"type": "string"}}, "required": ["b"]},
            {"$ref": "#/$defs/small"},
        ],
        "$defs": {"small": {"properties": {"a": {"maximum": 12, "multipleOf": 2}}}},
    },
    "mutual recursion with an escaped pointer": {
        "$ref": "#/$defs/a~1b",
        "$defs": {
            "a/b": {
                "type": "object",
                "properties": {"c": {"anyOf": [{"$ref": "#/$defs/c%20d"}, {"type": "null"}]}},
                "required": ["c"],
                "additionalProperties": False,
            },
            "c d": {
                "type": "object",
                "properties": {"back": {"type": "array", "items": {"$ref": "#/$defs/a~1b"}}},
                "required": ["back"],
                "additionalProperties": False,
            },
        },
    },
    "many nested objects": {
        "type": "object",
        "properties": {
            f"group{n}": {
                "type": "object",
                "properties": {f"field{m}": {"type": "string"} for m in range(3)},
                "required": [f"field{m}" for m in range(3)],
                "additionalProperties": False,
            }
            for n in range(96)
        },
        "required": [f"group{n}" for n in range(96)],
        "additionalProperties": False,
    },
    "oneOf, not, prefixItems, patternProperties and if": {
        "type": "object",
        "properties": {
            "either": {"oneOf": [{"type": "integer", "multipleOf": 3}, {"type": "integer", "multipleOf": 2}]},
            "other": {"not": {"type": ["string", "null"]}},
            "pair": {"prefixItems": [{"type": "string"}, {"type": "integer"}], "items": False},
            "mode": {"enum": ["a", "b"]},
            "extra": {"type": "integer"},
            "map": {
                "type": "object",
                "patternProperties": {"^x-": {"type": "integer"}},
                "additionalProperties": False,
                "minProperties": 2,
            },
        },
        "required": ["either", "other", "pair", "mode", "map"],
        "if": {"properties": {"mode": {"const": "a"}}},
        "then": {"required": ["extra"]},
        "else": {"properties": {"extra": False}},
    },
    "anything": {
        "type": "object",
        "properties": {"any": {}, "true": True, "object": {"type": "object"}, "list": {"type": "array"}},
        "required": ["any", "true", "object", "list"],
    },
    "names and patterns beyond ASCII": {
        "type": "object",
        "properties": {"名前": {"type": "string", "pattern": "^[一-龥]{2,4}$"}, "größe": {"type": "number"}},
        "required": ["名前", "größe"],
        "additionalProperties": False,
    },
    "siblings of a reference": {
        "type": "object",
        "properties": {
            "code": {"$ref": "#/$defs/text", "description": "short", "maxLength": 3},
            "far": {"$ref": "#marked", "minimum": 5},
        },
        "required": ["code", "far"],
        "$defs": {
            "text": {"type": "string", "minLength": 2},
            "number": {"$anchor": "marked", "type": "integer", "maximum": 6},
        },
    },
    "made by a class": {
        "$defs": {
            "Status": {"enum": ["open", "closed"], "title": "Status", "type": "string"},
            "Item": {
                "properties": {
                    "id": {"format": "uuid", "title": "Id", "type": "string"},
                    "quantity": {"default": 1, "minimum": 1, "title": "Quantity", "type": "integer"},
                    "when": {"anyOf": [{"format": "date-time", "type": "string"}, {"type": "null"}], "default": None},
                },
                "required": ["id"],
                "title": "Item",
                "type": "object",
            },
        },
        "properties": {
            "status": {"$ref": "#/$defs/Status"},
            "items": {"items": {"$ref": "#/$defs/Item"}, "title": "Items", "type": "array"},
            "counts": {"additionalProperties": {"type": "integer"}, "type": "object"},
            "title": {"examples": ["Spring sale"], "type": "string"},
        },
        "required": ["status", "items", "counts", "title"],
        "title": "Order",
        "type": "object",
    },
}
