"""Configuration: site.yaml as frozen, validated shapes."""
