"""The words of the Games as frozen types: no framework, no clock, no I/O."""
