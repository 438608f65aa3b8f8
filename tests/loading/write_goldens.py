"""Write what is shown for each bad file to its `.err`; read every difference before it is committed.

Run as `python -m loading.write_goldens` in `tests/`.
"""

from __future__ import annotations

from loading.reading import BAD, rendered

if __name__ == "__main__":
    for path in sorted(BAD.glob("*.toml")):
        path.with_suffix(".err").write_text(rendered(path), encoding="utf-8")
