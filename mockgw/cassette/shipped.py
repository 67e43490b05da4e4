"""Where the recordings that come with mockgw are."""

from pathlib import Path

import mockgw


def shipped() -> Path:
    """Return the folder of the shipped recordings: in the wheel, or in a checkout."""
    package = Path(mockgw.__file__).parent
    installed = package / "shipped"
    return installed if installed.is_dir() else package.parent / "cassettes"
