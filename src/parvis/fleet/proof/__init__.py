"""``parvis gate prove``: no answer of this version depends on what a profile withholds.

Twins: two sites that agree in all but what a profile withholds from a role. The real application
answers the same questions over both. Where two answers differ, something withheld has left:

    site A    13:45 → 14:00   42 316      GET /api/v1/measures as viewer at 13:59:59
    site B    13:45 → 14:00   91 705      the same bytes from both, or a leak
"""
