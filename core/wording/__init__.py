"""How a reader of a language sees figures, days and the codes that the logs keep."""
