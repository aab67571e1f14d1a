"""Write draw 0 of every edition to ``data/processed``: ``python -m piikit.data.editions``."""

from .edition import write

if __name__ == "__main__":
    for path in write():
        print(path.name, path.parent.name)
