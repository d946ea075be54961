"""The papers of a site: signs, notices, registers, assessments, filled from what runs."""
