"""`mockgw template schema`: what an editor must know to help with template files."""

import json

from mockgw.cli.cassette.told import Told
from mockgw.templates.schema import schema


def run() -> Told:
    """Tell the JSON Schema."""
    data = schema()
    return Told([json.dumps(data, indent=2, ensure_ascii=False)], data)
