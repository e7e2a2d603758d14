"""Reports for curators and sponsors: the funnel, answers, time in the queue, exposure, concentration."""
