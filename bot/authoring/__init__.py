"""The reading and writing of content in YAML, for staff who write it. The only room that turns files into objects of the core."""
