"""site.yaml → frozen, validated shapes; JSON schema; editing, watching and reload."""
