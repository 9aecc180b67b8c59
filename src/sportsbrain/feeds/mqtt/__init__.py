"""What devices say over MQTT 5: received, judged, stored, and then acknowledged."""
