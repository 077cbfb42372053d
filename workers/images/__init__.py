"""Images: opened, decoded and handed out strip by strip, so that a large one is never held twice."""
