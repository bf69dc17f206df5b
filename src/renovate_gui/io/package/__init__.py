"""The plan package: written anew from whitelisted values, sealed, verified (docs/formats.md)."""
